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
until = Fine: { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } alle ore { $time }
same-day = { $date }, ore { $times }
span = { $start } – { $end }
your-role = Il tuo ruolo
open-until = Questo invito è valido fino a { $when }.
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

join-invite = Unisciti allo spazio
join-meet = Partecipa alla riunione
link-hint = Se il pulsante non funziona, apri questo link:
access = Puoi partecipare con il tuo account o come ospite. Chiunque abbia questo link può partecipare come ospite.
links-plain = Per la tua sicurezza, i link nel testo qui sopra non sono cliccabili. Copia un link solo se ti fidi.
links-marked = Per la tua sicurezza, i link nel testo qui sopra contengono parentesi quadre, come in example[.]com. Rimuovile per aprire un link di cui ti fidi.

why = Hai ricevuto questa email perché { $inviter } ha invitato { $address }.
why-unknown = Hai ricevuto questa email perché { $address } ha ricevuto un invito.
reply = Rispondi a questa email per contattare { $inviter }.
ignore = Se non ti aspettavi questo invito, puoi semplicemente ignorarlo.
made-with = Questo invito è stato creato con { $product }.
stop = Non ricevere più queste email
help = Guida
privacy = Privacy
support = Contatta l’assistenza

page-sign-in = Accedi
page-sign-up = Crea un account
page-guest = Partecipa come ospite
page-name = Il tuo nome
page-signed-in = Hai effettuato l’accesso come { $name }.
page-signed-in-unknown = Hai effettuato l’accesso.
page-wrong-account = Questo invito è per un’altra persona. Partecipa come ospite o usa un altro account.
page-other-account = Usa un altro account
page-joined = Ora fai parte di questo spazio
role-admin = Amministratore
role-member = Membro
role-guest = Ospite
page-members = Membri
page-more =
    { $count ->
        [one] e un’altra persona
       *[other] e altre { $count } persone
    }
page-not-found = Questo invito non esiste
page-not-found-hint = Controlla che il link sia completo o contatta la persona che ti ha invitato.
page-expired = Questo invito è scaduto
page-revoked = Questo invito è stato revocato
page-ask = Contatta { $inviter } per averne uno nuovo.
page-ask-unknown = Contatta la persona che ti ha invitato per averne uno nuovo.
page-busy = Un momento
page-busy-hint = Il servizio è sovraccarico. Riprova tra qualche istante.
page-broken = Si è verificato un errore
page-broken-hint = Il problema dipende da noi. Riprova più tardi.
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
page-removed = Non fai più parte di questo spazio
page-removed-hint = Solo un amministratore dello spazio può farti rientrare.
page-archived = Questo spazio è archiviato
page-archived-hint = Al momento nessuno può unirsi.
page-invited-only = Questo spazio è riservato alle persone invitate
page-invited-only-hint = Usa l’account che ha ricevuto l’invito o contatta la persona che ti ha invitato.
page-decline = Rifiuta l’invito
page-decline-hint = { $inviter } vedrà che hai rifiutato l’invito. Potrai comunque partecipare più tardi.
page-declined = Hai rifiutato questo invito
page-declined-hint = Se cambi idea, apri di nuovo il link del tuo invito.
page-space = Accedi per aprire questo spazio
page-space-hint = Solo i membri possono aprirlo.
page-stop = Email inviate da { $product }
page-stop-hint = Hai ricevuto un invito per email. Scegli quali email non vuoi più ricevere.
page-stop-inviter = Non ricevere più email dalla persona che mi ha invitato
page-stop-all = Non ricevere più nessuna email
page-stop-report = Segnala questo invito
page-stop-undo = Consenti di nuovo le email
page-stopped-inviter = Non riceverai più email dalla persona che ti ha invitato.
page-stopped-all = Non riceverai più email da noi.
page-stop-undone = Hai consentito di nuovo le nostre email.
page-reported = Grazie. L’invito è stato segnalato.
page-stop-unknown = Questo link non funziona
page-stop-unknown-hint = È incompleto o troppo vecchio. Usa il link di un’email più recente.
page-stop-own = Non ricevere più email al mio indirizzo
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
page-add = Aggiungi al calendario
page-calendar-file = Apple e altri
page-next = Per tornare, apri di nuovo il link dell’invito.
page-open = Apri { $product }
page-you = tu
page-decline-hint-unknown = La persona che ti ha invitato vedrà che hai rifiutato l’invito. Potrai comunque partecipare più tardi.
page-unverified = Il tuo indirizzo email { $address } non è ancora verificato. Verificalo nel tuo account per usare questo invito oppure partecipa come ospite.
page-details = Dettagli
