"""Pairs of reports of one ward whose senders gave no point, judged by a person. All invented by us.

One line each: same or other | category | days apart | what is reported, with its landmark | what is
there already, as the public reads it.
"""

WARD_PAIRS = """
same|road|1|Ổ gà to trước cổng trường tiểu học Lê Lợi|Ổ gà sâu trước cổng trường tiểu học Lê Lợi, xe máy dễ ngã
same|road|3|o ga truoc cong truong tieu hoc le loi|Ổ gà lớn trước cổng trường tiểu học Lê Lợi
same|road|2|Mất nắp hố ga ngõ 12 Trần Phú|Nắp hố ga bị mất ở ngõ 12 đường Trần Phú
same|road|5|Vỉa hè trước ngân hàng bị bong gạch|Gạch vỉa hè bong tróc trước ngân hàng
same|road|0|Sụt lún mặt đường ngã ba chợ Mới|Mặt đường sụt lún ở ngã ba chợ Mới
same|road|4|Pothole in front of the post office|Deep pothole in front of the post office
same|road|9|Đường vào nhà văn hóa khu 3 bong hết nhựa|Đường bong nhựa đoạn vào nhà văn hóa khu 3
same|lighting|2|Đèn đường ngõ 5 Nguyễn Trãi không sáng|Ngõ 5 Nguyễn Trãi đèn đường tắt, không sáng
same|lighting|1|den duong khu 4 hong toi om|Đèn đường khu 4 bị hỏng, tối om
same|lighting|6|Cột đèn trước trạm y tế nghiêng sắp đổ|Cột đèn bị nghiêng trước trạm y tế
same|lighting|0|Đèn ở sân bóng khu 7 chập chờn|Đèn chập chờn ở sân bóng khu 7
same|drainage|0|Ngập nước trước chợ sau mưa|Sau mưa nước ngập trước chợ
same|drainage|3|Cống tắc ở ngõ 21 Lê Lai, nước thải tràn|Cống ngõ 21 Lê Lai bị tắc, nước thải tràn ra đường
same|drainage|1|cong tac truoc truong mam non hoa hong|Cống bị tắc trước trường mầm non Hoa Hồng
same|waste|1|Rác chất đống sau chợ Hạ|Bãi rác chất đống phía sau chợ Hạ
same|waste|2|rac chat dong dau ngo 9|Rác chất đống ở đầu ngõ 9
same|waste|4|Đổ phế thải xây dựng ở bãi đất trống khu 6|Phế thải xây dựng đổ trộm ở bãi đất trống khu 6
same|waste|7|Thùng rác công viên đầy tràn|Thùng rác ở công viên đầy, rác tràn ra ngoài
same|waste|0|Garbage behind the stadium not collected|Garbage not collected behind the stadium
same|trees|1|Cây đổ chắn ngang đường vào chùa|Cây đổ chắn đường vào chùa
same|trees|5|Cành cây sắp gãy trước nhà văn hóa khu 2|Cành cây to sắp gãy trước nhà văn hóa khu 2
same|noise|3|Quán karaoke đối diện bến xe hát quá nửa đêm|Karaoke đối diện bến xe ồn ào quá nửa đêm
same|noise|1|cong truong gan ho thi cong ban dem|Công trường gần hồ thi công ban đêm ồn
same|water|0|Mất nước cả khu 5 từ sáng|Khu 5 mất nước từ sáng đến giờ
same|water|1|Vỡ ống nước trước trạm xăng|Ống nước bị vỡ trước trạm xăng
same|power|0|Khu 8 mất điện từ trưa|Mất điện khu 8 từ trưa đến giờ
same|power|2|Dây điện chùng thấp đầu ngõ 14|Dây điện bị chùng thấp ở đầu ngõ 14
same|traffic|2|Xe tải đỗ lấn đường trước cổng bệnh viện|Xe tải đỗ lấn chiếm lòng đường trước cổng bệnh viện
same|construction|6|Xây nhà lấn vỉa hè số 40 Hoàng Quốc Việt|Công trình số 40 Hoàng Quốc Việt lấn chiếm vỉa hè
other|road|1|Ổ gà to trước cổng trường tiểu học Lê Lợi|Ổ gà sâu ở dốc nhà thờ
other|road|3|Ổ gà gần cầu Trắng|Mất nắp hố ga ngõ 12 Trần Phú
other|road|2|Vỉa hè trước ngân hàng bị bong gạch|Vỉa hè bị đào trước khách sạn
other|road|0|Sụt lún mặt đường ngã ba chợ Mới|Ổ gà ở ngã tư bưu điện
other|road|5|Đường vào nhà văn hóa khu 3 bong nhựa|Đường ra bến phà nhiều ổ gà
other|road|4|Pothole in front of the post office|Broken pavement at the market
other|lighting|2|Đèn đường ngõ 5 Nguyễn Trãi không sáng|Đèn đường công viên tắt
other|lighting|1|Đèn khu 4 hỏng|Cột đèn trước trạm y tế nghiêng sắp đổ
other|lighting|3|Đèn ở sân bóng khu 7 chập chờn|Đèn đường dốc Học cháy bóng
other|drainage|0|Ngập nước trước chợ sau mưa|Cống tắc ở ngõ 21 Lê Lai
other|drainage|2|Cống tắc trước trường mầm non|Nắp rãnh thoát nước vỡ gần đình
other|drainage|1|Nước thải chảy ra hồ|Ngập đường tàu mỗi khi mưa
other|waste|1|Rác chất đống sau chợ Hạ|Thùng rác công viên đầy
other|waste|2|Rác ở đầu ngõ 9|Đổ phế thải xây dựng ở bãi đất trống khu 6
other|waste|4|Đốt rác ngoài đồng|Rác trôi trên kênh
other|waste|0|Garbage behind the stadium|Litter on the beach after the festival
other|trees|1|Cây đổ chắn đường vào chùa|Cành cây chạm dây điện trước ủy ban
other|trees|3|Cây xà cừ mục gốc cạnh trường|Cắt tỉa cây che biển báo ngã tư
other|noise|2|Karaoke đối diện bến xe ồn quá nửa đêm|Công trường gần hồ thi công ban đêm
other|noise|1|Loa kẹo kéo ở bãi tắm|Chó sủa suốt đêm trong ngõ
other|water|0|Mất nước cả khu 5|Ống nước bị vỡ trước trạm xăng
other|water|3|Nước máy đục vàng khu tập thể|Đồng hồ nước hỏng nhà số 7
other|power|1|Khu 8 mất điện từ trưa|Dây điện chùng thấp ở đầu ngõ 14
other|power|0|Tủ điện hở nắp ở vỉa hè|Cúp điện luân phiên xóm Đông
other|traffic|2|Xe tải đỗ trước cổng bệnh viện|Đèn tín hiệu ngã tư không hoạt động
other|traffic|5|Biển báo bị cây che|Vạch sang đường trước trường đã mờ
other|construction|6|Xây nhà lấn vỉa hè số 40 Hoàng Quốc Việt|Đổ đất trộm sau nghĩa trang
other|air|1|Bụi than từ bến cảng|Mùi khét từ lò gạch
other|air|0|Đốt rơm khói mù mịt|Xe chở than gây bụi
same|road|2|Hố sâu giữa đường chỗ trường Lê Lợi, suýt ngã xe|Ổ gà to trước cổng trường tiểu học Lê Lợi
same|road|1|Đường nát quá chỗ chợ Mới|Mặt đường sụt lún ở ngã ba chợ Mới
same|lighting|3|Tối om không thấy gì ở khu 4|Đèn đường khu 4 bị hỏng
same|waste|1|Bãi rác bốc mùi sau chợ Hạ|Rác chất đống phía sau chợ Hạ, không ai thu gom
same|waste|2|Mấy hôm nay không ai gom rác đầu ngõ 9|Rác chất đống ở đầu ngõ 9
same|drainage|0|Nước tràn vào nhà trước chợ|Sau mưa nước ngập trước chợ
same|noise|2|Hát hò ầm ĩ ở quán cạnh bến xe|Karaoke đối diện bến xe ồn ào quá nửa đêm
same|lighting|1|Street lamp at kindergarten Hoa Hong is out|Đèn đường trước trường mầm non Hoa Hồng tắt
same|trees|0|Cây gãy chắn lối vào chùa Long Tiên|Cây đổ chắn đường vào chùa
same|water|1|Khu 5 không có nước sinh hoạt|Mất nước cả khu 5 từ sáng
other|road|2|Ổ gà to trước cổng trường Lê Lợi|Ổ gà to trước cổng trường Trần Hưng Đạo
other|road|1|Ổ gà ở ngõ 12 Trần Phú|Ổ gà ở ngõ 45 Cao Thắng
other|lighting|0|Đèn đường khu 4 bị hỏng|Đèn đường khu 7 bị hỏng
other|lighting|2|Đèn đường ngõ 5 Nguyễn Trãi không sáng|Đèn đường ngõ 18 Lê Lai không sáng
other|waste|1|Rác chất đống đầu ngõ 9|Rác chất đống cuối ngõ 19
other|waste|3|Rác chất đống sau chợ Hạ|Rác chất đống cạnh sân vận động
other|drainage|0|Cống tắc ngõ 21 Lê Lai|Cống tắc ngõ 4 Cây Tháp
other|trees|1|Cây đổ chắn đường vào chùa|Cây đổ chắn đường vào nghĩa trang
other|water|0|Mất nước cả khu 5 từ sáng|Mất nước khu 2 từ sáng
other|power|0|Khu 8 mất điện từ trưa|Khu 1 mất điện từ trưa
other|noise|1|Karaoke cạnh bến xe hát quá nửa đêm|Karaoke cạnh cầu Trắng hát quá nửa đêm
other|traffic|1|Xe tải đỗ lấn đường trước bệnh viện|Xe tải đỗ lấn đường trước nhà máy
"""
