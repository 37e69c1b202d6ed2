"""What can be wrong with a file that is to be fed."""

from shared.contracts.problems import Code


class FileCode(Code):
    """Why a file, or a row of one, cannot be fed."""

    FILE_TOO_LARGE = ("文件超过 32 MiB 的大小限制", 413)
    FILE_EMPTY = ("文件是空的", 422)
    FILE_TYPE_UNKNOWN = ("不支持这种文件，请提供 TXT、DOCX、PDF、NDJSON、CSV 或 XLSX", 415)
    FILE_TYPE_MISMATCH = ("文件内容与扩展名不符", 415)
    FILE_DAMAGED = ("文件已损坏，无法读取", 422)
    FILE_ENCRYPTED = ("文件已加密或设有打开密码，请先解除", 422)
    FILE_INFLATES = ("压缩内容展开后过大，疑似恶意文件", 413)
    ENCODING_UNKNOWN = ("文字编码既不是 UTF-8 也不是 GB18030", 422)
    NO_TEXT = ("文件中没有可提取的文字（可能是扫描件），请提供文字版", 422)
    COLUMN_UNKNOWN = ("表头中有不认识的列", 422)
    COLUMN_REPEATED = ("表头中同一列出现两次", 422)
    HEADER_MISSING = ("没有找到表头，或缺少必需的列", 422)
    KIND_UNKNOWN = ("无法判断表中是哪一类数据，请指明", 422)
    ROW_INVALID = ("这一行不符合要求", 422)
    ROW_NOT_OBJECT = ("这一行不是一个 JSON 对象", 422)
    VALUE_MISSING = ("缺少必填的值", 422)
    VALUE_INVALID = ("值不符合要求", 422)
    DATE_INVALID = ("不是有效的日期，请写成 2026-03-02", 422)
    NUMBER_INVALID = ("不是有效的整数", 422)
    FORMULA_WITHOUT_VALUE = ("单元格是公式且没有保存计算结果，请改为数值", 422)
    CELL_ERROR = ("单元格是错误值（如 #N/A）", 422)
    TOO_MANY_ROWS = ("行数超过限制", 413)
