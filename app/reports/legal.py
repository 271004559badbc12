"""Words that may be a legal complaint (khiếu nại) or a denunciation (tố cáo). Pure.

By law neither runs as a ticket: a complaint against a decision has its own written way, and who
denounces a person has the right to secrecy. So the sender is asked which it is.

1. The word alone says little: people also "denounce" an illegal building and "complain" about a
   bill. A sign is the word together with what it is aimed at: a decision, or a person.
2. What comes straight after the word decides: `khiếu nại hóa đơn` is about a bill, whatever
   decision is named later in the sentence.
3. A text with diacritics is read with them ("nhà to cao" is a tall house); a text without any is
   read without ("to cao can bo").
4. To ask once too often costs one tap. Not to ask may cost somebody the secrecy.
"""

import re
import unicodedata
from enum import StrEnum

from app.core.words.text import plain


class LegalKind(StrEnum):
    """What the sender says it is."""

    ORDINARY = "ordinary"
    DECISION = "decision"
    PERSON = "person"
    UNANSWERED = "unanswered"


DENOUNCE = r"(?:tố cáo|tố giác)"
COMPLAIN = r"khiếu nại"
# Between a word and what it is aimed at: "về việc", "lên cấp trên đối với" …
BETWEEN = r"(?:\W+\w+){0,6}?\W+"
PERSON = (
    r"(?:ông|bà|đồng chí|đ/c|cán bộ|công chức|viên chức|nhân viên|lãnh đạo|chủ tịch|phó chủ tịch"
    r"|bí thư|phó bí thư|trưởng phòng|trưởng khu|trưởng thôn|trưởng công an|tổ trưởng|giám đốc"
    r"|hiệu trưởng|hiệu phó|giáo viên|cô giáo|thầy giáo|bác sĩ|y tá|công an viên|chiến sĩ"
    r"|cảnh sát|csgt"
    r"|thanh tra viên|địa chính|kiểm lâm|kế toán|chấp hành viên|thẩm phán)"
)
DECISION = (
    r"(?:quyết định|qđ|kết luận thanh tra|biên bản xử phạt|xử phạt|cưỡng chế|thu hồi đất"
    r"|bồi thường|đền bù|giải phóng mặt bằng|gpmb|tái định cư|kỷ luật|giấy chứng nhận|sổ đỏ"
    r"|hành vi hành chính)"
)
CORRUPTION = (
    r"(?:tham nhũng|tham ô|hối lộ|nhận tiền|vòi tiền|vòi vĩnh|đòi tiền|lót tay|nhũng nhiễu"
    r"|phong bì|lạm quyền|lợi dụng chức vụ|bao che|bảo kê)"
)
# What makes the word an ordinary one when it comes next.
THING = (
    r"(?:công trình|nhà|bãi|cơ sở|quán|karaoke|xưởng|nhà máy|doanh nghiệp|công ty|xe|tàu|điểm"
    r"|hàng xóm|tiếng ồn|tình trạng|ô nhiễm|hóa đơn|hoá đơn|tiền điện|tiền nước|giá|phí|dịch vụ"
    r"|mạng|đường|rác|mùi|chất lượng)"
)
AIMED = r"(?:\W+(?:về|việc|hành vi|tình trạng|nạn|các|những|một|vụ))*"
ORDINARY_NEXT = rf"{AIMED}\W+{THING}\b"

SIGNS = (
    # A denunciation: of a person or an office holder, by its form, or of what only they can do.
    rf"\b{DENOUNCE}(?!{ORDINARY_NEXT}){BETWEEN}{PERSON}\b",
    rf"\b{DENOUNCE}{BETWEEN}{CORRUPTION}\b",
    rf"\b{PERSON}(?:\W+\w+){{0,10}}?\W+{CORRUPTION}\b",
    r"\b(?:đơn|thư|nội dung|người) tố cáo\b",
    r"\bluật (?:tố cáo|khiếu nại)\b",
    # A complaint: against a decision, by its form, or a wish to have a decision undone.
    rf"\b{COMPLAIN}(?!{ORDINARY_NEXT}){BETWEEN}{DECISION}\b",
    rf"\b(?:đơn|thư) {COMPLAIN}\b",
    rf"\b{COMPLAIN} (?:lần đầu|lần hai|lần thứ hai|lần 1|lần 2)\b",
    rf"\b(?:không (?:đồng ý|nhất trí|chấp nhận)|phản đối|kiện)(?:\W+\w+){{0,3}}?\W+{DECISION}\b",
    r"\b(?:hủy|huỷ|hủy bỏ|huỷ bỏ|xem xét lại|thu hồi) (?:quyết định|qđ)\b",
    rf"\b{COMPLAIN}{BETWEEN}(?:ubnd|ủy ban|chủ tịch){BETWEEN}(?:từ chối|không cấp|thu hồi)\b",
    # In English.
    r"\bcorrupt (?:officer|official|chairman|director|policeman)\b",
    r"\bdenounc\w+(?:\W+\w+){0,5}?\W+(?:mr|mrs|ms|officer|official|chairman|director|policeman)\b",
    r"\b(?:officer|official|chairman|director|policeman)(?:\W+\w+){0,8}?\W+(?:brib\w+|corrupt\w*)\b",
    r"\b(?:appeal|complain\w*|object)(?:\W+\w+){0,4}?\W+against(?:\W+\w+){0,4}?\W+decision\b",
    r"\bappeal\w*(?:\W+\w+){0,3}?\W+decision\b",
)


def _bare(pattern: str) -> str:
    """Return the pattern without diacritics; `plain` would also change the case of its classes."""
    parts = unicodedata.normalize("NFD", pattern.replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))


_WITH = re.compile("|".join(SIGNS))
_WITHOUT = re.compile("|".join(map(_bare, SIGNS)))


def looks_legal(text: str) -> bool:
    """Tell whether the sender has to be asked which way this is to go."""
    lowered = unicodedata.normalize("NFC", text).lower()
    bare = plain(lowered) == lowered
    return bool((_WITHOUT if bare else _WITH).search(lowered))
