subject-invite = { $inviter } ti invita a «{ $title }»
subject-invite-unknown = Invito a «{ $title }»
subject-meet = { $inviter } ti invita a una riunione: «{ $title }»
subject-meet-unknown = Invito a una riunione: «{ $title }»
subject-cancel = Riunione annullata: «{ $title }»
sender = { $inviter } tramite { $product }
untitled = Spazio senza titolo

greeting = Ciao { $name },
lead-invite = { $inviter } ti invita a unirti a questo spazio.
lead-invite-unknown = Hai ricevuto un invito a unirti a questo spazio.
lead-meet = { $inviter } ti invita a questa riunione.
lead-meet-unknown = Hai ricevuto un invito a questa riunione.
lead-cancel = { $inviter } ha annullato questa riunione.
lead-cancel-unknown = Questa riunione è stata annullata.

when = Quando
until = Fino a { $when }
hours =
    { $count ->
        [one] { $count } ora
       *[other] { $count } ore
    }
minutes =
    { $count ->
        [one] { $count } minuto
       *[other] { $count } minuti
    }
hours-minutes = { $hours } e { $minutes }

join-invite = Entra nello spazio
join-meet = Partecipa alla riunione
link-hint = Se il pulsante non funziona, apri questo link:
access = Puoi partecipare con il tuo account o come ospite. Chiunque abbia questo link può partecipare come ospite.

why = Ricevi questa e-mail perché { $inviter } ha invitato { $address }.
why-unknown = Ricevi questa e-mail perché { $address } ha ricevuto un invito.
reply = Rispondi a questa e-mail per scrivere a chi ti ha invitato ({ $inviter }).
ignore = Se non aspettavi questo invito, puoi ignorarlo tranquillamente.
made-with = Questo invito è stato creato con { $product }.
stop = Non ricevere più queste email

page-account = Con il tuo account
page-sign-in = Accedi
page-sign-up = Crea un account
page-guest = Partecipa come ospite
page-name = Il tuo nome (facoltativo)
page-signed-in = Hai effettuato l’accesso come { $name }.
page-signed-in-unknown = Hai effettuato l’accesso.
page-wrong-account = Questo invito è per un’altra persona. Puoi partecipare come ospite o usare un altro account.
page-other-account = Usa un altro account
page-joined = Sei dentro
page-role = Il tuo ruolo
role-admin = Amministratore
role-member = Membro
role-guest = Ospite
page-members = Membri
page-more = … e altri
page-not-found = Questo invito non esiste
page-not-found-hint = Controlla di aver aperto il link completo.
page-expired = Questo invito è scaduto
page-revoked = Questo invito è stato ritirato
page-ask = Chiedine uno nuovo a { $inviter }.
page-ask-unknown = Chiedine uno nuovo a chi ti ha invitato.
page-busy = Un momento
page-busy-hint = Il servizio è occupato. Riprova tra un momento.
page-broken = Qualcosa è andato storto
page-broken-hint = L’errore è nostro. Riprova più tardi.
page-forbidden = Non ha funzionato
page-forbidden-hint = Apri il link del tuo invito e riprova.
page-continue = Continua come { $name }
page-not-you = Non sei { $name }?
page-no-cookie = Il browser non ha salvato l’accesso
page-no-cookie-hint = Consenti i cookie per questo sito, poi apri di nuovo il link dell’invito.
page-password = Password
page-password-hint = Questo spazio ha una password. Chiedila a chi ti ha invitato.
page-password-wrong = Questa non è la password dello spazio.
page-too-many = Troppe password errate
page-too-many-hint = Riprova più tardi.
page-removed = Sei stato rimosso da questo spazio
page-removed-hint = Solo un amministratore dello spazio può farti rientrare.
page-archived = Questo spazio è archiviato
page-archived-hint = Al momento nessuno può entrare.
page-invited-only = Questo spazio è riservato alle persone invitate
page-invited-only-hint = Usa l’account che è stato invitato o chiedi a chi ti ha invitato.
page-decline = Rifiuta l’invito
page-decline-hint = Chi ti ha invitato vedrà che rifiuti. Potrai comunque partecipare più tardi.
page-declined = Hai rifiutato questo invito
page-declined-hint = Se cambi idea, apri di nuovo il link del tuo invito.
page-space = Accedi per aprire questo spazio
page-space-hint = Solo i membri possono aprirlo.
page-stop = Email di { $product }
page-stop-hint = Hai ricevuto un invito per email. Scegli quali email non vuoi più ricevere.
page-stop-inviter = Niente più email da chi mi ha invitato
page-stop-all = Niente più email da nessuno
page-stop-report = Segnala questo invito come abuso
page-stop-undo = Consenti di nuovo le email
page-stopped-inviter = Non riceverai più email da chi ti ha invitato.
page-stopped-all = Non riceverai più email da noi.
page-stop-undone = Hai consentito di nuovo le nostre email.
page-reported = Grazie. L’invito è stato segnalato.
page-stop-unknown = Questo link non funziona
page-stop-unknown-hint = È danneggiato o troppo vecchio. Usa il link di un’email più recente.
page-stop-own = Niente più email al mio indirizzo
page-stop-own-undo = Consenti di nuovo le email al mio indirizzo
