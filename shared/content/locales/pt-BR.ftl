subject-invite = { $inviter } convidou você para “{ $title }”
subject-invite-unknown = Convite para “{ $title }”
subject-meet = { $inviter } convidou você para uma reunião: “{ $title }”
subject-meet-unknown = Convite para uma reunião: “{ $title }”
sender = { $inviter } via { $product }
untitled = Espaço sem título

greeting = Olá, { $name }!
lead-invite = { $inviter } convidou você para participar deste espaço.
lead-invite-unknown = Você recebeu um convite para participar deste espaço.
lead-meet = { $inviter } convidou você para esta reunião.
lead-meet-unknown = Você recebeu um convite para esta reunião.

when = Quando
until = Até { $when }
hours =
    { $count ->
        [one] { $count } hora
       *[other] { $count } horas
    }
minutes =
    { $count ->
        [one] { $count } minuto
       *[other] { $count } minutos
    }
hours-minutes = { $hours } e { $minutes }

join-invite = Entrar no espaço
join-meet = Entrar na reunião
link-hint = Se o botão não funcionar, abra este link:
access = Você pode participar com a sua conta ou como convidado. Qualquer pessoa com este link pode participar como convidado.

why = Você recebeu este e-mail porque { $inviter } convidou { $address }.
why-unknown = Você recebeu este e-mail porque { $address } recebeu um convite.
reply = Responda a este e-mail para escrever para { $inviter }.
ignore = Se você não esperava este convite, pode ignorá-lo sem problemas.
made-with = Este convite foi criado com { $product }.
