"""Pairs of reports that a person has judged: do both mean the same matter? All invented by us.

One line each: same or other | category | metres apart | days apart | what is reported | what is there
already (`-`: nobody has checked its words yet). `road>drainage`: there it has the second category.
"""

PAIRS = """
same|road|8|1|Ổ gà to trước số 12 Lê Thánh Tông, xe máy dễ ngã|Có ổ gà sâu trước nhà số 12 đường Lê Thánh Tông
same|road|20|3|o ga sau truoc cong truong tieu hoc|Ổ gà lớn trước cổng trường tiểu học, rất nguy hiểm
same|road|15|0|Sụt lún mặt đường chỗ ngã ba|Mặt đường bị sụt lún ở ngã ba
same|road|30|5|Mất nắp hố ga, đêm tối dễ lọt chân|Nắp hố ga bị mất, nguy hiểm cho người đi bộ
same|road|10|2|mat nap cong gan cho|Nắp cống bị mất gần chợ
same|road|5|0|Vỉa hè vỡ nát|-
same|road|12|1|Big pothole in front of the school gate|Ổ gà lớn trước cổng trường
same|road|25|8|Pothole near the bus stop, motorbikes fall|Deep pothole at the bus stop
same|road|18|2|Đường bong tróc hết nhựa, đầy ổ gà|Mặt đường bong nhựa, nhiều ổ gà
same|road|35|4|Gạch vỉa hè bong tróc trước ngân hàng|Vỉa hè trước ngân hàng bị bong gạch
same|lighting|20|1|Đèn đường không sáng ba đêm nay|Đèn đường tắt, không sáng mấy đêm rồi
same|lighting|45|2|den duong hong toi om ca doan|Đèn đường bị hỏng, tối cả đoạn
same|lighting|30|6|Đèn đường chập chờn lúc sáng lúc tắt|Đèn chập chờn, sáng tắt liên tục
same|lighting|60|0|Cả tuyến đường mất đèn tối om|Không có đèn, cả tuyến đường tối om
same|lighting|10|9|Street lamp out|Đèn đường không sáng
same|lighting|15|3|Cột đèn nghiêng sắp đổ|Cột đèn đường bị nghiêng, sợ đổ
same|lighting|25|0|Bóng đèn cháy|-
same|drainage|60|0|Nước ngập cả đường sau mưa|Đường ngập nước sau cơn mưa, xe chết máy
same|drainage|120|0|Ngập nặng, nước vào nhà dân|Nước ngập tràn vào nhà dân
same|drainage|40|2|Cống tắc nước thải tràn ra đường|Cống thoát nước bị tắc, nước thải tràn ra
same|drainage|30|5|cong tac boc mui hoi thoi|Cống bị tắc bốc mùi hôi thối
same|drainage|150|0|Flooded street, water up to the knee|Đường ngập sâu tới đầu gối
same|drainage|90|1|Mưa là ngập, nước không thoát được|Nước không thoát, cứ mưa là ngập
same|traffic|25|2|Đèn tín hiệu giao thông không hoạt động|Đèn giao thông ngã tư hỏng không hoạt động
same|traffic|40|4|Xe tải đỗ lấn chiếm lòng đường cả ngày|Xe tải đỗ dưới lòng đường gây cản trở
same|traffic|30|1|Biển báo bị cây che khuất|Biển báo giao thông bị cành cây che
same|traffic|15|0|den do nga tu khong chay|Đèn đỏ ngã tư không chạy
same|trees|10|1|Cây xanh đổ chắn ngang đường|Cây đổ chắn đường
same|trees|25|3|Cành cây sắp gãy xuống đường|Cành cây to sắp gãy
same|trees|15|0|cay do sau bao|Cây bị đổ sau bão, chắn lối đi
same|trees|20|7|Cây mọc chạm dây điện|Cây xanh chạm vào dây điện cần cắt tỉa
same|waste|10|1|Rác chất đống ba ngày chưa thu gom|Rác chất đống không ai thu gom
same|waste|30|2|rac thai chat dong boc mui|Rác thải chất đống, bốc mùi hôi
same|waste|45|0|Bãi rác tự phát sau chợ|Đổ rác bừa bãi thành bãi rác tự phát sau chợ
same|waste|20|5|Garbage pile not collected for days|Rác không thu gom nhiều ngày
same|waste|50|3|Xả rác xây dựng ra bãi đất trống|Đổ phế thải xây dựng ở bãi đất trống
same|waste|15|10|Thùng rác đầy tràn ra ngoài|Thùng rác đầy, rác tràn ra vỉa hè
same|waste|12|0|rác|Rác chất đống
same|air|200|0|Khói bụi từ xe chở than|Xe chở than gây bụi mù mịt
same|air|250|1|Mùi khét đốt rác mỗi tối|Đốt rác mùi khét mỗi buổi tối
same|air|150|4|bui than bay vao nha|Bụi than bay vào nhà dân
same|noise|80|0|Quán karaoke hát to đến 1 giờ đêm|Karaoke ồn ào suốt đêm không ngủ được
same|noise|60|2|Loa kẹo kéo ồn ào|Hát loa kẹo kéo rất ồn
same|noise|100|1|cong truong thi cong ban dem on ao|Công trường thi công ban đêm gây ồn
same|water|150|0|Mất nước sạch từ sáng|Khu vực mất nước từ sáng đến giờ
same|water|100|1|Vỡ ống nước, nước chảy lênh láng|Ống nước bị vỡ chảy tràn ra đường
same|water|200|0|nuoc may duc vang|Nước máy bị đục, màu vàng
same|water|250|2|Nước yếu không lên được tầng hai|Áp lực nước yếu, không lên tầng hai
same|power|300|0|Mất điện cả khu phố|Cả khu mất điện từ trưa
same|power|400|0|mat dien|Mất điện không báo trước
same|power|50|1|Dây điện chùng thấp sát mặt đường|Dây điện bị chùng xuống thấp
same|power|450|0|Power is out in the whole street|-
same|construction|30|3|Xây nhà lấn chiếm vỉa hè|Công trình xây dựng lấn vỉa hè
same|construction|25|2|Vật liệu xây dựng để tràn ra đường|Để vật liệu xây dựng tràn lòng đường
same|safety|60|1|Chó thả rông đuổi người|Chó thả rông cắn người đi đường
same|safety|80|2|Thanh niên tụ tập đua xe ban đêm|Đua xe tụ tập lúc nửa đêm
same|food|20|3|Quán bún mất vệ sinh, ruồi nhiều|Quán bún bẩn, mất vệ sinh
same|tourism|60|1|Chèo kéo khách ở bến tàu|Chèo kéo, ép giá khách tại bến tàu
same|road>drainage|15|1|Nắp cống bị mất giữa đường, rất nguy hiểm|Nắp cống bị mất giữa đường
same|lighting>power|40|1|Dây điện hở ở chân cột đèn|Chân cột đèn có dây điện hở
other|road|110|1|Ổ gà trước trường tiểu học|Ổ gà gần cây xăng
other|road|160|0|Nắp hố ga bị mất|Nắp hố ga bị mất
other|road|90|3|Vỉa hè vỡ|-
other|road|75|20|Mặt đường sụt lún|Mất nắp hố ga
other|road|70|40|Biển tên đường bị gãy|Ổ gà sâu nguy hiểm
other|road|300|0|Ổ gà to|Ổ gà to
other|road|60|10|Gạch vỉa hè bong tróc|Ổ gà giữa làn xe
other|lighting|170|2|Đèn đường không sáng|Đèn đường không sáng
other|lighting|110|30|Cột đèn nghiêng|Đèn sáng cả ban ngày
other|lighting|150|0|Đèn hỏng|-
other|lighting|90|12|Đèn đường sáng ban ngày|Dây điện hở chân cột
other|drainage|350|0|Ngập nước trong ngõ|Ngập đường lớn
other|drainage|240|20|Nắp cống kênh|Nước thải bốc mùi
other|drainage|280|3|Cống tắc|-
other|traffic|130|1|Đèn tín hiệu hỏng|Đèn tín hiệu hỏng
other|traffic|80|15|Xe đỗ sai quy định|Biển báo bị mờ
other|traffic|95|8|Thiếu gờ giảm tốc trước trường|Xe tải đỗ lòng đường
other|trees|90|1|Cây đổ|Cành cây gãy
other|trees|75|14|Cây chết khô|Cây chạm dây điện
other|trees|120|0|Cây xanh đổ chắn đường|Cây xanh đổ chắn đường
other|waste|130|1|Rác chất đống|Rác chất đống
other|waste|95|25|Thùng rác vỡ|Đổ phế thải xây dựng
other|waste|110|6|Rác trôi dưới mương|Rác sau chợ chưa gom
other|waste|150|0|Rác|-
other|air|700|0|Bụi than|Bụi than
other|air|520|15|Mùi hôi từ trại lợn|Khói đốt rơm rạ
other|noise|330|1|Karaoke ồn|Karaoke ồn
other|noise|230|12|Máy khoan công trình|Chó sủa suốt đêm
other|water|650|0|Mất nước|Mất nước
other|water|500|10|Đồng hồ nước hỏng|Nước đục có mùi clo
other|power|1100|0|Mất điện|Mất điện
other|power|800|9|Trạm biến áp kêu to|Dây điện chùng thấp
other|construction|150|2|Xây nhà không phép|Xây nhà không phép
other|construction|90|20|Bụi từ công trình|Vật liệu lấn vỉa hè
other|safety|250|1|Chó thả rông|Chó thả rông
other|safety|170|30|Trộm cắp xe máy|Ao sâu không có rào chắn
other|food|90|5|Quán phở bẩn|Quán bia ồn ào
other|tourism|260|3|Tàu du lịch không có áo phao|Bán hàng rong ép giá
other|road>drainage|20|2|Ổ gà sâu giữa đường|Nước thải bốc mùi hôi thối
other|road>lighting|10|1|Vỉa hè vỡ nát|Đèn đường không sáng
other|lighting>power|60|2|Đèn đường chập chờn|Mất điện cả khu phố
other|waste>noise|10|0|Rác chất đống|Karaoke ồn ào
other|waste>air|50|1|Rác chất đống chưa thu gom|Xe chở than gây bụi
other|road>trees|10|0|Ổ gà sâu|-
other|traffic>road|30|4|Đèn tín hiệu hỏng|Ổ gà trước cổng chợ
other|road|12|4|Ổ gà sâu giữa làn xe|Nắp hố ga bị mất
other|lighting|15|6|Cột đèn nghiêng sắp đổ|Đèn sáng cả ban ngày
other|trees|10|20|Cành cây sắp gãy|Cây chết khô cần thay
other|waste|25|30|Thùng rác vỡ bánh xe|Đổ phế thải xây dựng trộm ban đêm
other|traffic|20|12|Biển báo bị mờ|Xe tải đỗ dưới lòng đường
other|noise|40|15|Karaoke ồn|Máy khoan công trình ban đêm
other|construction|20|25|Bụi từ công trình|Xây quá số tầng giấy phép
other|food|15|18|Bán rượu tự nấu không nhãn|Quán bún mất vệ sinh
"""
