subject-invite = { $inviter } 님이 ‘{ $title }’ 스페이스에 초대했습니다
subject-invite-unknown = ‘{ $title }’ 스페이스 초대
subject-meet = { $inviter } 님이 ‘{ $title }’ 회의에 초대했습니다
subject-meet-unknown = ‘{ $title }’ 회의 초대
subject-cancel = ‘{ $title }’ 회의가 취소되었습니다
sender = { $inviter }({ $product })
untitled = 제목 없는 스페이스

greeting = { $name } 님, 안녕하세요.
lead-invite = { $inviter } 님이 이 스페이스에 초대했습니다.
lead-invite-unknown = 이 스페이스에 초대되었습니다.
lead-meet = { $inviter } 님이 이 회의에 초대했습니다.
lead-meet-unknown = 이 회의에 초대되었습니다.
lead-cancel = { $inviter } 님이 이 회의를 취소했습니다.
lead-cancel-unknown = 이 회의가 취소되었습니다.

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
stop = 이런 이메일 그만 받기

page-account = 계정으로 참여
page-sign-in = 로그인
page-sign-up = 계정 만들기
page-guest = 게스트로 참여하기
page-name = 이름(선택 사항)
page-signed-in = { $name } 님으로 로그인되어 있습니다.
page-signed-in-unknown = 로그인되어 있습니다.
page-wrong-account = 이 초대는 다른 사람을 위한 것입니다. 게스트로 참여하거나 다른 계정을 사용할 수 있습니다.
page-other-account = 다른 계정 사용
page-joined = 참여했습니다
page-role = 내 역할
role-admin = 관리자
role-member = 멤버
role-guest = 게스트
page-members = 멤버 목록
page-more = … 외
page-not-found = 존재하지 않는 초대입니다
page-not-found-hint = 링크 전체를 열었는지 확인해 주세요.
page-expired = 만료된 초대입니다
page-revoked = 취소된 초대입니다
page-ask = { $inviter } 님에게 새 초대를 요청해 주세요.
page-ask-unknown = 초대한 분에게 새 초대를 요청해 주세요.
page-busy = 잠시만 기다려 주세요
page-busy-hint = 서비스가 혼잡합니다. 잠시 후 다시 시도해 주세요.
page-broken = 문제가 발생했습니다
page-broken-hint = 저희 쪽 오류입니다. 나중에 다시 시도해 주세요.
page-forbidden = 처리하지 못했습니다
page-forbidden-hint = 초대 링크를 열고 다시 시도해 주세요.
page-continue = { $name } 님으로 계속하기
page-not-you = { $name } 님이 아닌가요?
page-no-cookie = 브라우저에 로그인 정보가 저장되지 않았습니다
page-no-cookie-hint = 이 사이트의 쿠키를 허용한 다음 초대 링크를 다시 여세요.
page-password = 비밀번호
page-password-hint = 이 스페이스에는 비밀번호가 있습니다. 초대한 분에게 문의해 주세요.
page-password-wrong = 이 스페이스의 비밀번호가 아닙니다.
page-too-many = 비밀번호를 너무 많이 틀렸습니다
page-too-many-hint = 나중에 다시 시도해 주세요.
page-removed = 이 스페이스에서 제외되었습니다
page-removed-hint = 스페이스의 관리자만 다시 들여보낼 수 있습니다.
page-archived = 보관된 스페이스입니다
page-archived-hint = 지금은 아무도 참여할 수 없습니다.
page-invited-only = 초대받은 사람만 참여할 수 있는 스페이스입니다
page-invited-only-hint = 초대받은 계정을 사용하거나 초대한 분에게 문의해 주세요.
page-decline = 초대 거절하기
page-decline-hint = 거절하면 초대한 분에게 표시됩니다. 나중에 참여할 수도 있습니다.
page-declined = 초대를 거절했습니다
page-declined-hint = 마음이 바뀌면 초대 링크를 다시 열어 주세요.
page-space = 이 스페이스를 열려면 로그인하세요
page-space-hint = 멤버만 열 수 있습니다.
page-stop = { $product } 이메일
page-stop-hint = 이메일로 초대를 받으셨습니다. 더 이상 받고 싶지 않은 이메일을 선택하세요.
page-stop-inviter = 나를 초대한 사람의 이메일 받지 않기
page-stop-all = 모든 이메일 받지 않기
page-stop-report = 이 초대를 악용 사례로 신고
page-stop-undo = 이메일 다시 받기
page-stopped-inviter = 초대한 사람의 이메일을 더 이상 받지 않습니다.
page-stopped-all = 더 이상 이메일을 받지 않습니다.
page-stop-undone = 이메일 수신이 다시 허용되었습니다.
page-reported = 감사합니다. 초대가 신고되었습니다.
page-stop-unknown = 이 링크는 작동하지 않습니다
page-stop-unknown-hint = 링크가 손상되었거나 너무 오래되었습니다. 더 최근 이메일의 링크를 사용하세요.
page-stop-own = 내 주소로 오는 이메일 받지 않기
page-stop-own-undo = 내 주소로 이메일 다시 받기
