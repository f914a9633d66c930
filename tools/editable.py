"""Put this checkout on the virtual environment's path and make the `xiaoer` command, without a build backend.

`pip install -e .` would fetch setuptools without a pinned hash; two small files do the same.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    Path(sysconfig.get_path("purelib"), "xiaoer-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    script = Path(sysconfig.get_path("scripts"), "xiaoer")
    script.write_text(
        f"#!{sys.executable}\nimport sys\nfrom xiaoer.cli import main\n\nsys.exit(main())\n", encoding="utf-8"
    )
    script.chmod(0o755)


if __name__ == "__main__":
    main()
