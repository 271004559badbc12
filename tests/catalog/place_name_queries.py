"""What residents type for a place, and the units that it can mean. Written for this test.

One unit: sure. Several: a question. None: nothing that names a place.
"""

CITY = "06652 06658 06661 06673 06676 06685 06688 06706 06979 06985 07030 07054 07060"
BORDER_CITY = "06709 06712 06724 06733 06736 06757"
COAL_CITY = "06760 06778 06781 06793 06799"
WEST = "07069 07081 07090 07093 07114"
SOUTH = "07132 07135 07147 07168 07180 07183"

QUERIES: dict[str, str] = {
    # Present units, written in full, short, without accents, without spaces.
    "Phường Hồng Gai": "06685",
    "phường hồng gai": "06685",
    "P. Hồng Gai": "06685",
    "P.Hồng Gai": "06685",
    "p hong gai": "06685",
    "Hong Gai ward": "06685",
    "honggai": "06685",
    "Hồng Gai": "06685",
    "BÃI CHÁY": "06673",
    "baichay": "06673",
    "đặc khu Vân Đồn": "06994",
    "ĐK Cô Tô": "07192",
    "dac khu co to": "07192",
    "xã Quảng La": "07054",
    "X. Quang La": "07054",
    "Móng Cái 1": "06712",
    "phường móng cái 2": "06709",
    "Tuần Châu": "06706",
    "Ha Tu Ward": "06652",
    "Yên Tử": "06832",
    "Ien Tu": "06832",
    # Former wards, communes and towns with one heir.
    "phường Hồng Hải": "06688",
    "Hồng Hải": "06688",
    "hong hai": "06688",
    "P.Hong Hai": "06688",
    "phường Cao Thắng": "06676",
    "cao thang": "06676",
    "Giếng Đáy": "06661",
    "gieng day": "06661",
    "phường Đông Mai": "07135",
    "xã Quan Lạn": "06994",
    "quan lan": "06994",
    "thị trấn Cái Rồng": "06994",
    "TT Cái Rồng": "06994",
    "tt. cai rong": "06994",
    "Ka Long": "06709",
    "xã Thượng Yên Công": "06832",
    "phường Trần Phú": "06712",
    "Đồng Rui": "06886",
    "xã đạp thanh": "06979",
    # A wrong word for the kind is forgiven.
    "xã Hồng Hải": "06688",
    "phường Quan Lạn": "06994",
    # Split units and shared names: only the place decides.
    "phường Hà Khẩu": "06661 06706",
    "ha khau": "06661 06706",
    "P. Trưng Vương": "06811 06820",
    "Đức Chính": "07090 07093",
    "xã Vô Ngại": "06838 06862",
    "xã Đồng Lâm": "07030 07060",
    "xa hai lang": "06799 06886 06978",
    "Bắc Sơn": "06724 06820",
    "phường Bắc Sơn": "06820",
    "xã Bắc Sơn": "06724",
    "Thanh Sơn": "06811 06978",
    "phường Thanh Sơn": "06811",
    # Former cities, towns and districts.
    "TP Hạ Long": CITY,
    "TP. Hạ Long": CITY,
    "tp ha long": CITY,
    "thành phố Hạ Long": CITY,
    "Ha Long City": CITY,
    "phường Hạ Long": "06688",
    "xã Hạ Long": "06994",
    "Hạ Long": CITY + " 06994",
    "halong": CITY + " 06994",
    "TX Quảng Yên": SOUTH,
    "thị xã quảng yên": SOUTH,
    "tp móng cái": BORDER_CITY,
    "Cẩm Phả": COAL_CITY,
    "TP Đông Triều": WEST,
    "huyện Vân Đồn": "06994",
    "h. Van Don": "06994",
    "huyện Hoành Bồ": "06979 06985 07030 07054 07060",
    "phường Hoành Bồ": "07030",
    # Several names narrow each other down.
    "phường Hồng Hải, TP Hạ Long": "06688",
    "Hong Hai, Ha Long, Quang Ninh": "06688",
    "P. Hồng Hải - TP. Hạ Long - tỉnh Quảng Ninh": "06688",
    "xã Hạ Long, huyện Vân Đồn": "06994",
    "Hạ Long, Vân Đồn": "06994",
    "bãi cháy hạ long": "06673",
    "Thanh Sơn, Uông Bí": "06811",
    "Thanh Sơn, huyện Ba Chẽ": "06978",
    "Hà Khẩu, Hạ Long": "06661 06706",
    # Whole addresses.
    "12 Trần Phú, phường Hồng Gai": "06685",
    "số 5 đường Trần Phú, P. Bạch Đằng, TP Hạ Long": "06685",
    "Tổ 3, khu 2, phường Cao Thắng, Hạ Long": "06676",
    "khu 5 phường Hồng Hải gần trường học": "06688",
    # Contradictions are asked about.
    "phường Hồng Hải, phường Bãi Cháy": "06673 06688",
    # No name of a place, or only one that says nothing.
    "đường Trần Phú": "",
    "gần chợ Hạ Long": "",
    "đối diện cổng trường": "",
    "Quảng Ninh": "",
    "": "",
    "phường": "",
    "Hà Nội": "",
}

# Typing goes on: (typed so far, a name that must be among the suggestions).
BEGUN: dict[str, str] = {
    "hồng h": "Phường Hồng Hải",
    "hong h": "Phường Hồng Hải",
    "p. hồng": "Phường Hồng Gai",
    "tp h": "Thành phố Hạ Long",
    "bai c": "Phường Bãi Cháy",
    "vân": "Đặc khu Vân Đồn",
    "tx quang": "Thị xã Quảng Yên",
    "Hồng Hãii": "Phường Hồng Hải",
    "Bải Chái": "Phường Bãi Cháy",
    "tổ 5 Cao Thắng": "Phường Cao Thắng",
    "mong cai": "Phường Móng Cái 1",
    "quảng y": "Phường Quảng Yên",
}
