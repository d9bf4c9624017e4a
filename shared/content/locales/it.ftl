subject-invite = { $inviter } ti ha invitato a «{ $title }»
subject-invite-unknown = Invito a «{ $title }»
subject-meet = { $inviter } ti ha invitato a una riunione: «{ $title }»
subject-meet-unknown = Invito a una riunione: «{ $title }»
subject-cancel = Riunione annullata: «{ $title }»
sender = { $inviter } tramite { $product }
untitled = Spazio senza titolo

greeting = Ciao { $name },
lead-invite = { $inviter } ti ha invitato a unirti a questo spazio.
lead-invite-unknown = Hai ricevuto un invito a unirti a questo spazio.
lead-meet = { $inviter } ti ha invitato a questa riunione.
lead-meet-unknown = Hai ricevuto un invito a questa riunione.
lead-cancel = { $inviter } ha annullato questa riunione.
lead-cancel-unknown = Questa riunione è stata annullata.

when = Quando
until = Fino a { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } alle ore { $time }
same-day = { $date }, ore { $times }
span = { $start } – { $end }
your-role = Il tuo ruolo
open-until = Scadenza dell’invito: { $when }
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
links-plain = Per la tua sicurezza, i link in questo testo non sono cliccabili. Copia un link solo se ti fidi.
links-marked = Per la tua sicurezza, i link in questo testo contengono parentesi quadre, come in example[.]com. Rimuovile per aprire un link di cui ti fidi.

why = Ricevi questa e-mail perché { $inviter } ha invitato { $address }.
why-unknown = Ricevi questa e-mail perché { $address } ha ricevuto un invito.
reply = Rispondi a questa e-mail per scrivere a chi ti ha invitato ({ $inviter }).
ignore = Se non aspettavi questo invito, puoi ignorarlo tranquillamente.
made-with = Questo invito è stato creato con { $product }.
stop = Non ricevere più queste e-mail
help = Guida
privacy = Privacy
support = Contatta l’assistenza

page-account = Con il tuo account
page-sign-in = Accedi
page-sign-up = Crea un account
page-guest = Partecipa come ospite
page-name = Il tuo nome
page-signed-in = Hai effettuato l’accesso come { $name }.
page-signed-in-unknown = Hai effettuato l’accesso.
page-wrong-account = Questo invito è per un’altra persona. Partecipa come ospite o usa un altro account.
page-other-account = Usa un altro account
page-joined = Partecipi anche tu
page-role = Il tuo ruolo
role-admin = Amministratore
role-member = Membro
role-guest = Ospite
page-members = Membri
page-more =
    { $count ->
        [one] e un altro
       *[other] e altri { $count }
    }
page-not-found = Questo invito non esiste
page-not-found-hint = Controlla di aver aperto il link completo o chiedi alla persona che ti ha invitato.
page-expired = Questo invito è scaduto
page-revoked = Questo invito è stato revocato
page-ask = Chiedine uno nuovo a { $inviter }.
page-ask-unknown = Chiedine uno nuovo alla persona che ti ha invitato.
page-busy = Un momento
page-busy-hint = Il servizio è sovraccarico. Riprova tra un momento.
page-broken = Qualcosa è andato storto
page-broken-hint = L’errore è nostro. Riprova più tardi.
page-forbidden = Non ha funzionato
page-forbidden-hint = Apri il link del tuo invito e riprova.
page-continue = Continua come { $name }
page-not-you = Non sei { $name }?
page-no-cookie = Il browser non ha salvato l’accesso
page-no-cookie-hint = Consenti i cookie per questo sito, poi apri di nuovo il link dell’invito.
page-password = Password
page-password-hint = Questo spazio è protetto da una password. Chiedila alla persona che ti ha invitato.
page-password-wrong = La password non è corretta.
page-too-many = Troppe password errate
page-too-many-hint = Riprova più tardi.
page-removed = Sei stato rimosso da questo spazio
page-removed-hint = Solo un amministratore dello spazio può farti rientrare.
page-archived = Questo spazio è archiviato
page-archived-hint = Al momento nessuno può entrare.
page-invited-only = Questo spazio è riservato alle persone invitate
page-invited-only-hint = Usa l’account che è stato invitato o chiedi alla persona che ti ha invitato.
page-decline = Rifiuta l’invito
page-decline-hint = { $inviter } vedrà che hai rifiutato. Potrai comunque partecipare più tardi.
page-declined = Hai rifiutato questo invito
page-declined-hint = Se cambi idea, apri di nuovo il link del tuo invito.
page-space = Accedi per aprire questo spazio
page-space-hint = Solo i membri possono aprirlo.
page-stop = Email di { $product }
page-stop-hint = Hai ricevuto un invito per email. Scegli quali email non vuoi più ricevere.
page-stop-inviter = Niente più email dalla persona che mi ha invitato
page-stop-all = Niente più email da nessuno
page-stop-report = Segnala questo invito
page-stop-undo = Consenti di nuovo le email
page-stopped-inviter = Non riceverai più email dalla persona che ti ha invitato.
page-stopped-all = Non riceverai più email da noi.
page-stop-undone = Hai consentito di nuovo le nostre email.
page-reported = Grazie. L’invito è stato segnalato.
page-stop-unknown = Questo link non funziona
page-stop-unknown-hint = È danneggiato o troppo vecchio. Usa il link di un’email più recente.
page-stop-own = Niente più email al mio indirizzo
page-stop-own-undo = Consenti di nuovo le email al mio indirizzo
page-over = Questa riunione è terminata
page-now = In corso
page-in-minutes =
    { $count ->
        [one] Inizia tra { $count } minuto
       *[other] Inizia tra { $count } minuti
    }
page-in-hours =
    { $count ->
        [one] Inizia tra { $count } ora
       *[other] Inizia tra { $count } ore
    }
page-in-days =
    { $count ->
        [one] Domani
       *[other] Tra { $count } giorni
    }
page-people =
    { $count ->
        [one] Partecipa 1 persona
       *[other] Partecipano { $count } persone
    }
page-expires = Puoi partecipare fino a { $when }.
page-add = Aggiungi al calendario
page-calendar-file = Apple e altri
page-help = Aiuto
page-privacy = Privacy
page-support = Contatta l’assistenza
page-next = Per tornare, apri di nuovo il link dell’invito.
page-open = Apri { $product }
page-you = tu
page-decline-hint-unknown = La persona che ti ha invitato vedrà che hai rifiutato. Potrai comunque partecipare più tardi.
page-unverified = Il tuo indirizzo { $address } non è ancora verificato. Verificalo nel tuo account per partecipare con il tuo invito, oppure partecipa come ospite.
page-details = Dettagli
