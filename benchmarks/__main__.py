"""`./weer bench [name …]`: run benchmarks and print one JSON object a line."""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
every = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_") and path.stem != "measure")
for name in sys.argv[1:] or every:
    if name not in every:
        sys.exit(f"there is no benchmark {name!r}; there are: {', '.join(every)}")
    importlib.import_module(f"benchmarks.{name}").run()
