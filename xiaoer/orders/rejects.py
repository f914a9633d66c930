"""The file of rejected rows (退回行): moved to kernel.rejects."""

from xiaoer.kernel.rejects import RejectFile as RejectFile
