"""One package per clinical question. Each has ``Settings``, ``Result``, ``analyse`` and ``card``, and nothing else."""
