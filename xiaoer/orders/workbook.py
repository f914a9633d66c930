"""Reading an .xlsx safely: moved to kernel.workbook."""

from xiaoer.kernel.workbook import check as check
from xiaoer.kernel.workbook import refuse as refuse
from xiaoer.kernel.workbook import rows as rows
