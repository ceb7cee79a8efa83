"""Django's deployment check in production mode, with throw-away values. Exit status 1 for any warning."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "master.key"
        key.write_bytes(os.urandom(32))
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("WEERBAAR_")},
            "WEERBAAR_MODE": "production",
            "WEERBAAR_SECRET_KEY": secrets.token_urlsafe(60),
            "WEERBAAR_HOSTS": "weerbaar.example",
            "WEERBAAR_SMTP_HOST": "smtp.example",
            "WEERBAAR_VAR_DIR": folder,
            "WEERBAAR_MASTER_KEY_FILE": str(key),
        }
        check = [sys.executable, "manage.py", "check", "--fail-level", "WARNING"]
        # The settings, not this machine: what the machine must have is asked where the system will run.
        commands = [check, [*check, "--deploy", "--tag", "security"]]
        return max(subprocess.run(command, cwd=ROOT, env=env, check=False).returncode for command in commands)


if __name__ == "__main__":
    sys.exit(main())
