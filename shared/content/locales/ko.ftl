subject-invite = { $inviter } 님이 ‘{ $title }’ 스페이스에 초대했습니다
subject-invite-unknown = ‘{ $title }’ 스페이스 초대
subject-meet = { $inviter } 님이 ‘{ $title }’ 회의에 초대했습니다
subject-meet-unknown = ‘{ $title }’ 회의 초대
sender = { $inviter }({ $product })
untitled = 제목 없는 스페이스

greeting = { $name } 님, 안녕하세요.
lead-invite = { $inviter } 님이 이 스페이스에 초대했습니다.
lead-invite-unknown = 이 스페이스에 초대되었습니다.
lead-meet = { $inviter } 님이 이 회의에 초대했습니다.
lead-meet-unknown = 이 회의에 초대되었습니다.

when = 일시
until = { $when }까지
hours =
    { $count ->
       *[other] { $count }시간
    }
minutes =
    { $count ->
       *[other] { $count }분
    }
hours-minutes = { $hours } { $minutes }

join-invite = 스페이스 참여하기
join-meet = 회의 참여하기
link-hint = 버튼이 작동하지 않으면 다음 링크를 여세요.
access = 계정으로 또는 게스트로 참여할 수 있습니다. 이 링크가 있는 사람은 누구나 게스트로 참여할 수 있습니다.

why = { $inviter } 님이 { $address } 주소로 초대했기 때문에 이 이메일을 보내드립니다.
why-unknown = { $address } 주소로 초대가 접수되어 이 이메일을 보내드립니다.
reply = 이 이메일에 답장하면 { $inviter } 님에게 전달됩니다.
ignore = 예상하지 못한 초대라면 무시하셔도 됩니다.
made-with = 이 초대는 { $product }에서 만들어졌습니다.
