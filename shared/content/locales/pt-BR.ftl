subject-invite = { $inviter } convidou você para “{ $title }”
subject-invite-unknown = Convite para “{ $title }”
subject-meet = { $inviter } convidou você para uma reunião: “{ $title }”
subject-meet-unknown = Convite para uma reunião: “{ $title }”
subject-cancel = Reunião cancelada: “{ $title }”
sender = { $inviter } via { $product }
untitled = Espaço sem título

greeting = Olá, { $name }!
lead-invite = { $inviter } convidou você para participar deste espaço.
lead-invite-unknown = Você recebeu um convite para participar deste espaço.
lead-meet = { $inviter } convidou você para esta reunião.
lead-meet-unknown = Você recebeu um convite para esta reunião.
lead-cancel = { $inviter } cancelou esta reunião.
lead-cancel-unknown = Esta reunião foi cancelada.

when = Quando
until = Até { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } às { $time }
same-day = { $date }, { $times }
span = { $start } – { $end }
your-role = Sua função
open-until = Este convite é válido até { $when }.
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

join-invite = Participar do espaço
join-meet = Participar da reunião
link-hint = Se o botão não funcionar, abra este link:
access = Você pode participar com a sua conta ou como visitante. Qualquer pessoa com este link pode participar como visitante.
links-plain = Para sua segurança, os links do texto acima não são clicáveis. Copie um link somente se confiar nele.
links-marked = Para sua segurança, os links do texto acima contêm colchetes, como em example[.]com. Remova-os para abrir um link em que você confia.

why = Você recebeu este e-mail porque { $inviter } convidou { $address }.
why-unknown = Você recebeu este e-mail porque { $address } recebeu um convite.
reply = Para falar com { $inviter }, responda a este e-mail.
ignore = Se você não esperava este convite, pode ignorá-lo sem problemas.
made-with = Este convite foi criado com { $product }.
stop = Parar de receber estes e-mails
help = Ajuda
privacy = Privacidade
support = Falar com o suporte

page-sign-in = Fazer login
page-sign-up = Criar uma conta
page-guest = Participar como visitante
page-name = Seu nome
page-signed-in = Você fez login como { $name }.
page-signed-in-unknown = Você já fez login.
page-wrong-account = Este convite é para outra pessoa. Participe como visitante ou use outra conta.
page-other-account = Usar outra conta
page-joined = Tudo certo, você entrou
role-admin = Administrador
role-member = Membro
role-guest = Visitante
page-members = Membros
page-more =
    { $count ->
        [one] e mais 1
       *[other] e mais { $count }
    }
page-not-found = Este convite não existe
page-not-found-hint = Verifique se o link está completo ou fale com a pessoa que convidou você.
page-expired = Este convite expirou
page-revoked = Este convite foi cancelado
page-ask = Peça um novo a { $inviter }.
page-ask-unknown = Peça um novo à pessoa que convidou você.
page-busy = Só um momento
page-busy-hint = O serviço está sobrecarregado. Tente novamente em instantes.
page-broken = Algo deu errado
page-broken-hint = O problema é nosso. Tente novamente mais tarde.
page-forbidden = Não deu certo
page-forbidden-hint = Abra o link do seu convite e tente novamente.
page-continue = Continuar como { $name }
page-not-you = Você não é { $name }?
page-no-cookie = Seu navegador não salvou o login
page-no-cookie-hint = Permita os cookies deste site e abra novamente o link do seu convite.
page-password = Senha
page-password-hint = Este espaço é protegido por senha. Peça a senha à pessoa que convidou você.
page-password-wrong = A senha está incorreta.
page-too-many = Muitas tentativas com senha incorreta
page-too-many-hint = Tente novamente mais tarde.
page-removed = Você não faz mais parte deste espaço
page-removed-hint = Somente um administrador do espaço pode deixar você entrar de novo.
page-archived = Este espaço está arquivado
page-archived-hint = No momento, ninguém pode participar.
page-invited-only = Este espaço é só para pessoas convidadas
page-invited-only-hint = Use a conta que recebeu o convite ou fale com a pessoa que convidou você.
page-decline = Recusar o convite
page-decline-hint = { $inviter } verá que você recusou o convite. Você ainda poderá participar mais tarde.
page-declined = Você recusou este convite
page-declined-hint = Se mudar de ideia, abra novamente o link do seu convite.
page-space = Faça login para abrir este espaço
page-space-hint = Somente membros podem abri-lo.
page-stop = E-mails de { $product }
page-stop-hint = Você recebeu um convite por e-mail. Escolha quais e-mails não quer mais receber.
page-stop-inviter = Não receber mais e-mails da pessoa que me convidou
page-stop-all = Não receber mais nenhum e-mail
page-stop-report = Denunciar este convite
page-stop-undo = Permitir e-mails novamente
page-stopped-inviter = Você não receberá mais e-mails da pessoa que convidou você.
page-stopped-all = Você não receberá mais e-mails nossos.
page-stop-undone = Você voltou a permitir nossos e-mails.
page-reported = Agradecemos o aviso. O convite foi denunciado.
page-stop-unknown = Este link não funciona
page-stop-unknown-hint = Ele está incompleto ou é antigo demais. Use o link de um e-mail mais recente.
page-stop-own = Não receber mais e-mails no meu endereço
page-stop-own-undo = Permitir novamente e-mails no meu endereço
page-over = Esta reunião já terminou
page-now = Acontecendo agora
page-in-minutes =
    { $count ->
        [one] Começa em { $count } minuto
       *[other] Começa em { $count } minutos
    }
page-in-hours =
    { $count ->
        [one] Começa em { $count } hora
       *[other] Começa em { $count } horas
    }
page-in-days =
    { $count ->
        [one] Amanhã
       *[other] Em { $count } dias
    }
page-people =
    { $count ->
        [one] 1 pessoa entrou
       *[other] { $count } pessoas entraram
    }
page-add = Adicionar à agenda
page-calendar-file = Apple e outros
page-next = Para voltar, abra novamente o link do seu convite.
page-open = Abrir { $product }
page-you = você
page-decline-hint-unknown = A pessoa que convidou você verá que você recusou o convite. Você ainda poderá participar mais tarde.
page-unverified = Seu endereço de e-mail { $address } ainda não foi verificado. Faça a verificação na sua conta para usar este convite ou participe como visitante.
page-details = Detalhes
