"""What a line in the head of a document (版头 and 主体 up to 主送机关) is: told from its own words alone."""

import re

from shared.documents.dates import DATE, LONG_DATE
from shared.documents.lines import Line
from shared.documents.names import bodies_in, is_body
from shared.law.docnumbers import DocumentNumber, parse_number

_CJK = re.compile(r"[\u4e00-\u9fff]")
_CHROME = re.compile(
    r"^(?:网站?首页|首页|主页|当前(?:所在)?位置|您?(?:现在|当前)?所?在?的?位置|上一篇|下一篇|相关|分享|打印|关闭|返回|字体|字号|繁体|简体|English|无障碍|登录|注册"
    r"|扫一扫|扫码|收藏|我要纠错|【?我要|微信|微博|RSS|网站地图|联系我们|版权所有|主办|承办|附件下载|点击|浏览|朗读|大中小|【大|大$|中$|小$|长者|手机版|搜索|"
    r"责任编辑|本文链接|文件下载|下载|PDF版|Word版|文字版|图片版|图解|视频|政策解读:|解读:|发文序号)|[>»›|]|_.{2,}|ICP备|公网安备|扫一扫|打印本页|关闭窗口|字号:|"
    r"(?:门户网站?|政府网站?|信息公开网|公开专栏|政务网|门户)$|转载|浏览次数|阅读次数|点击数|^\[.{1,6}\]$"
)
_SECRET = re.compile(r"(绝密|机密|秘密)(?:[★☆*]?(?:\d+年|[一二三四五六七八九十]+年|长期|\d+个月)?)?")
_URGENT = re.compile(
    r"(?:特急|加急|急件|平急|特提|急|内部资料.{0,8}|内部文件.{0,8}|注意保存|\d{6}|[A-Z]?\d{1,6}|签发人:.{0,12}|份号:?\d*)+"
)
_SIGNER = re.compile(r"签发人:?[^\d]{0,14}$|会签人:?[^\d]{0,14}$")
_MARK = re.compile(
    r"(?P<body>.+?)(?P<form>文件|命令|令|公告|通告|函|便函|\(函\)|专题会议纪要|常务会议纪要|办公会议纪要|会议纪要|纪要|明传电报|内部明电|简报|公报|决定)"
)
_SERIAL_ONLY = re.compile(
    r"[(\[〔]?(?:(?:19|20)\d{2}年?)?[)\]〕]?第(?:\d{1,5}|[一二三四五六七八九十百零〇]{1,7})号[)\]〕]?|(?:19|20)\d{2}年?第?\d{1,4}号|[〔\[(](?:19|20)\d{2}[〕\])]第?\d{1,5}号"
)
_NOTE = re.compile(
    rf"\(.*(?:{DATE}|(?:19|20)\d{{2}}年).*(?:通过|公布|发布|批准|修订|修正|施行|印发|令第).*|\({LONG_DATE}\)"
)
_ENUMERATED = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章条节]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、](?!\d)|目录$|[1-9]\.\d)"
)
_OPENING = re.compile(
    r"为(?!民)|根据|按照|依据|依照|经|现将|现就|现对|现予|你[委办局厅处市区县镇街单]|近日|近年|今年|随着|鉴于|针对|目前|兹|按|遵照|因|自|本[市区县局委院机]|我[市区县局委]|各有关"
)
_INTO_BODY = re.compile(r"(?:如下|以下|下列|决定|为|是|包括|意见|要求|规定|命令|说明|如次):$")
_ADDRESSEE_END = re.compile(
    r"(?:公民|同志|先生|女士|部门|单位|机构|企业|公司|政府|[委办局厅处室所队站院会组校镇街区县市省部])(?:\([^()]*\))?[:]$"
)
_ADDRESSEES = re.compile(r"(?:各[^。;]{1,60}|[^。;《]{2,40}[、,][^。;《]{1,80})")
_ISSUE = re.compile(
    r"[(\[〔]?(?:总?第?[\d一二三四五六七八九十百]{1,5}期|(?:19|20)\d{2}[-年]第?\d{1,4}(?:期|次)?|第[\d一二三四五六七八九十百]{1,4}次)(?:\(总?第?\d+期\))?[)\]〕]?"
)


def is_chrome(tight: str) -> bool:
    """Say whether a line belongs to the web page around a document: navigation, tools, addresses."""
    return not _CJK.search(tight) or _CHROME.search(tight) is not None


def is_aside(tight: str) -> bool:
    """Say whether a line is a mark of urgency, a copy number, the signer of a report (签发人) or an issue (第12期)."""
    return any(pattern.fullmatch(tight) is not None for pattern in (_URGENT, _ISSUE, _SIGNER))


def secret_mark(tight: str) -> str | None:
    """The grade of secrecy (密级) a line consists of, if it does."""
    match = _SECRET.fullmatch(tight)
    return match[1] if match else None


def is_note(tight: str) -> bool:
    """Say whether a line is the bracketed note under a title (题注) telling when it was adopted or published."""
    return _NOTE.match(tight) is not None


def is_serial(tight: str) -> bool:
    """Say whether a line is the number of an order or announcement without the body's name (第32号)."""
    return _SERIAL_ONLY.fullmatch(tight) is not None


def number_in(line: Line) -> tuple[DocumentNumber, int, int] | None:
    """Read a line that holds a document number by itself (a signer beside it, brackets around it allowed).

    Returns:
        The number and where it stands in ``line.tight``.
    """
    tight = line.tight
    signer = _SIGNER.search(tight)
    end = signer.start() if signer else len(tight)
    if dated := re.search(rf"号(?P<date>{DATE})$", tight):  # a web list prints the day beside the number
        end = dated.start("date")
    start = 0
    urgent = re.match(r"(?:特急|加急|急件|急)", tight)
    if urgent and end - urgent.end() > 8:
        start = urgent.end()
    if tight[start:end].startswith(("(", "【")) and tight[start:end].endswith((")", "】")):
        start, end = start + 1, end - 1
    number = parse_number(tight[start:end])
    if number is None or is_serial(tight[start:end]) or re.match(r"根据|按照|依据|见|参见", number.code):
        return None
    return (number, start, end)


def mark_in(line: Line) -> tuple[int, str] | None:
    """Read a letterhead (发文机关标志): the body's name and what it heads.

    Returns:
        How many signs of ``line.tight`` are names, and the form (文件, 令, 公告, 会议纪要 …); None for any other line.
    """
    tight = line.tight
    match = _MARK.fullmatch(tight)
    if match is None:
        return None
    end = match.end("body")
    return (end, match["form"].strip("()")) if bodies_in(line, end) else None


def is_addressees(tight: str) -> bool:
    """Say whether a line ends a list of addressees (主送机关)."""
    if not tight.endswith(":") or "。" in tight or len(tight) > 220 or _INTO_BODY.search(tight):
        return False
    if re.match(r"为|根据|附件|附:|注:|说明:|一、|现将|经|\(", tight):
        return False
    return (
        tight.startswith(("各", "你", "市", "区", "局", "机关", "有关"))
        or bool(_ADDRESSEE_END.search(tight))
        or "、" in tight
        or len(tight) <= 8
    )


def may_be_addressees(tight: str) -> bool:
    """Say whether a line may be the first part of a list of addressees that goes on below."""
    return _ADDRESSEES.fullmatch(tight) is not None and "关于" not in tight


def is_body_text(tight: str) -> bool:
    """Say whether a line can only be running text."""
    bare = re.sub(r"《[^》]*》|“[^”]*”|\([^()]*\)", "", tight)
    if "。" in bare or ";" in bare or _INTO_BODY.search(tight):
        return True
    if _ENUMERATED.match(tight):
        return True
    if "," in bare:
        return True
    return _OPENING.match(tight) is not None and len(tight) >= 18 and not is_body(tight)
