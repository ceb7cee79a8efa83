"""What the machine must have before production: asked by `manage.py check --deploy`."""

from django.conf import settings
from django.core.checks import Warning, register

from reporting.evidence.sandbox import is_walled


@register("machine", deploy=True)
def evidence_is_safe(app_configs, **kwargs) -> list[Warning]:
    """Warn where files of reporters are cleaned without a sandbox, or are not scanned for viruses."""
    warnings = []
    if not is_walled():
        warnings.append(
            Warning(
                "Files of reporters are cleaned without bubblewrap: a broken parser could read this machine.",
                hint="Install bubblewrap (bwrap) and allow user namespaces.",
                id="reporting.W001",
            )
        )
    if not settings.CLAMD:
        warnings.append(
            Warning(
                "Files of reporters are not scanned for viruses.",
                hint="Run ClamAV and set WEERBAAR_CLAMD, or silence this check on purpose.",
                id="reporting.W002",
            )
        )
    return warnings
