"""Which protocol a case runs: the national one, an earlier version of it, or what an organisation adopted."""

from functools import cache

from cases.protocol.composition import HERE, national, protocol_templates
from cases.protocol.definitions import Protocol
from cases.protocol.floor import with_floor
from organisations.rule_files import read_rules


@cache
def earlier() -> dict[tuple[str, str], Protocol]:
    """National versions that were released and kept, {(id, version): protocol}: cases that began with one go on with it. From
    a release until the next change the version in force is among them and says the same."""
    protocols = {}
    for path in sorted((HERE / "earlier").glob("*.yaml")):
        protocol = read_rules(path, Protocol)
        protocols[protocol.id, protocol.version] = protocol
    return protocols


def defaults() -> dict[str, Protocol]:
    """The national protocols of this version of the product, {id: protocol}."""
    return {template_id: national(template_id) for template_id in protocol_templates()}


def protocol(protocol_id: str, version: str) -> Protocol:
    """A national protocol, as a case runs it. Raises LookupError when this version is not here any more."""
    national_protocol = defaults().get(protocol_id)
    if national_protocol is not None and national_protocol.version == version:
        return _running(protocol_id)
    if (protocol_id, version) in earlier():
        return _earlier(protocol_id, version)
    raise LookupError(f"protocol {protocol_id} {version} is not installed")


@cache
def _running(protocol_id: str) -> Protocol:
    return with_floor(national(protocol_id))


@cache
def _earlier(protocol_id: str, version: str) -> Protocol:
    return with_floor(earlier()[protocol_id, version])


@cache
def cannot_wait() -> frozenset[str]:
    """The decisions of which a proposal comes first in the queue of who can agree."""
    every = [pair for running in defaults().values() for pair in with_floor(running).every_decision()]
    every += [pair for running in defaults().values() for pair in with_floor(running).after_closing.items()]
    return frozenset(code for code, rule in every if rule.cannot_wait)


def template_for(kind: str) -> str:
    """The id of the national protocol for a kind of report."""
    return next(template.id for template in protocol_templates().values() if kind in template.kinds)
