"""Start vosgui from a checkout: the window without a subcommand, else the command line."""

import sys

from vosgui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
