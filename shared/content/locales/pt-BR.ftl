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
stop = Parar de receber estes e-mails

page-account = Com a sua conta
page-sign-in = Entrar
page-sign-up = Criar uma conta
page-guest = Participar como convidado
page-name = Seu nome (opcional)
page-signed-in = Você entrou como { $name }.
page-signed-in-unknown = Você já entrou na sua conta.
page-wrong-account = Este convite é para outra pessoa. Você pode participar como convidado ou usar outra conta.
page-other-account = Usar outra conta
page-joined = Pronto, você entrou
page-role = Sua função
role-admin = Administrador
role-member = Membro
role-guest = Convidado
page-members = Membros
page-more = … e mais
page-not-found = Este convite não existe
page-not-found-hint = Verifique se você abriu o link inteiro.
page-expired = Este convite expirou
page-revoked = Este convite foi cancelado
page-ask = Peça um novo a { $inviter }.
page-ask-unknown = Peça um novo a quem convidou você.
page-busy = Um momento
page-busy-hint = O serviço está ocupado. Tente novamente em instantes.
page-broken = Algo deu errado
page-broken-hint = A falha é nossa. Tente novamente mais tarde.
page-forbidden = Não funcionou
page-forbidden-hint = Abra o link do seu convite e tente novamente.
page-continue = Continuar como { $name }
page-not-you = Não é { $name }?
page-no-cookie = Seu navegador não guardou o acesso
page-no-cookie-hint = Permita os cookies deste site e abra de novo o link do convite.
page-password = Senha
page-password-hint = Este espaço tem uma senha. Peça-a a quem convidou você.
page-password-wrong = Essa não é a senha deste espaço.
page-too-many = Muitas senhas incorretas
page-too-many-hint = Tente novamente mais tarde.
page-removed = Você foi removido deste espaço
page-removed-hint = Somente um administrador do espaço pode deixar você entrar de novo.
page-archived = Este espaço está arquivado
page-archived-hint = No momento, ninguém pode entrar.
page-invited-only = Este espaço é só para pessoas convidadas
page-invited-only-hint = Use a conta que foi convidada ou fale com quem convidou você.
page-decline = Recusar o convite
page-decline-hint = Quem convidou você verá que você recusou. Você ainda pode participar mais tarde.
page-declined = Você recusou este convite
page-declined-hint = Se mudar de ideia, abra novamente o link do seu convite.
page-space = Entre para abrir este espaço
page-space-hint = Somente membros podem abri-lo.
page-stop = E-mails de { $product }
page-stop-hint = Você recebeu um convite por e-mail. Escolha quais e-mails não quer mais receber.
page-stop-inviter = Não receber mais e-mails de quem me convidou
page-stop-all = Não receber mais e-mails de ninguém
page-stop-report = Denunciar este convite como abuso
page-stop-undo = Permitir e-mails novamente
page-stopped-inviter = Você não receberá mais e-mails de quem convidou você.
page-stopped-all = Você não receberá mais e-mails nossos.
page-stop-undone = Você voltou a permitir nossos e-mails.
page-reported = Obrigado. O convite foi denunciado.
page-stop-unknown = Este link não funciona
page-stop-unknown-hint = Ele está danificado ou é antigo demais. Use o link de um e-mail mais recente.
page-stop-own = Não receber mais e-mails no meu endereço
page-stop-own-undo = Permitir novamente e-mails no meu endereço
