"""Our files in other people's readers, and theirs in ours; not in CI, see docs/interop.md."""
