subject-invite = { $inviter } zaprasza Cię do „{ $title }”
subject-invite-unknown = Zaproszenie do „{ $title }”
subject-meet = { $inviter } zaprasza Cię na spotkanie: „{ $title }”
subject-meet-unknown = Zaproszenie na spotkanie: „{ $title }”
subject-cancel = Spotkanie odwołane: „{ $title }”
sender = { $inviter } przez { $product }
untitled = Przestrzeń bez tytułu

greeting = Dzień dobry, { $name }!
lead-invite = { $inviter } zaprasza Cię do tej przestrzeni.
lead-invite-unknown = Otrzymujesz zaproszenie do tej przestrzeni.
lead-meet = { $inviter } zaprasza Cię na to spotkanie.
lead-meet-unknown = Otrzymujesz zaproszenie na to spotkanie.
lead-cancel = { $inviter } odwołuje to spotkanie.
lead-cancel-unknown = To spotkanie zostało odwołane.

when = Kiedy
until = Do: { $when }
hours =
    { $count ->
        [one] { $count } godzina
        [few] { $count } godziny
        [many] { $count } godzin
       *[other] { $count } godziny
    }
minutes =
    { $count ->
        [one] { $count } minuta
        [few] { $count } minuty
        [many] { $count } minut
       *[other] { $count } minuty
    }
hours-minutes = { $hours } { $minutes }

join-invite = Dołącz do przestrzeni
join-meet = Dołącz do spotkania
link-hint = Jeśli przycisk nie działa, otwórz ten link:
access = Możesz dołączyć ze swojego konta lub jako gość. Każdy, kto ma ten link, może dołączyć jako gość.

why = Otrzymujesz tę wiadomość, ponieważ { $inviter } zaprasza { $address }.
why-unknown = Otrzymujesz tę wiadomość, ponieważ adres { $address } otrzymał zaproszenie.
reply = Odpowiedz na tę wiadomość, aby napisać do: { $inviter }.
ignore = Jeśli nie spodziewasz się tego zaproszenia, możesz je po prostu zignorować.
made-with = To zaproszenie utworzono w { $product }.
stop = Nie chcę więcej takich e-maili

page-account = Z użyciem konta
page-sign-in = Zaloguj się
page-sign-up = Utwórz konto
page-guest = Dołącz jako gość
page-name = Twoje imię i nazwisko (opcjonalnie)
page-signed-in = Zalogowano jako { $name }.
page-signed-in-unknown = Zalogowano.
page-wrong-account = To zaproszenie jest dla kogoś innego. Możesz dołączyć jako gość lub użyć innego konta.
page-other-account = Użyj innego konta
page-joined = Dołączono
page-role = Twoja rola
role-admin = Administrator
role-member = Członek
role-guest = Gość
page-members = Członkowie
page-more = … i inni
page-not-found = To zaproszenie nie istnieje
page-not-found-hint = Sprawdź, czy otwarto cały link.
page-expired = To zaproszenie wygasło
page-revoked = To zaproszenie zostało wycofane
page-ask = Poproś o nowe osobę, która Cię zaprosiła: { $inviter }.
page-ask-unknown = Poproś o nowe osobę, która Cię zaprosiła.
page-busy = Chwileczkę
page-busy-hint = Usługa jest zajęta. Spróbuj ponownie za chwilę.
page-broken = Coś poszło nie tak
page-broken-hint = To nasz błąd. Spróbuj ponownie później.
page-forbidden = Nie udało się
page-forbidden-hint = Otwórz link z zaproszenia i spróbuj ponownie.
page-continue = Kontynuuj jako { $name }
page-not-you = To nie { $name }?
page-no-cookie = Przeglądarka nie zapisała logowania
page-no-cookie-hint = Zezwól na pliki cookie dla tej witryny, a potem ponownie otwórz link z zaproszenia.
page-password = Hasło
page-password-hint = Ta przestrzeń ma hasło. Zapytaj o nie osobę, która Cię zaprosiła.
page-password-wrong = To nie jest hasło tej przestrzeni.
page-too-many = Zbyt wiele błędnych haseł
page-too-many-hint = Spróbuj ponownie później.
page-removed = Usunięto Cię z tej przestrzeni
page-removed-hint = Tylko administrator przestrzeni może wpuścić Cię ponownie.
page-archived = Ta przestrzeń jest zarchiwizowana
page-archived-hint = Obecnie nikt nie może do niej dołączyć.
page-invited-only = Ta przestrzeń jest tylko dla zaproszonych osób
page-invited-only-hint = Użyj konta, które otrzymało zaproszenie, lub zapytaj osobę, która Cię zaprosiła.
page-decline = Odrzuć zaproszenie
page-decline-hint = Osoba, która Cię zaprosiła, zobaczy, że odrzucasz zaproszenie. Nadal możesz dołączyć później.
page-declined = To zaproszenie zostało przez Ciebie odrzucone
page-declined-hint = Jeśli zmienisz zdanie, otwórz ponownie link z zaproszenia.
page-space = Zaloguj się, aby otworzyć tę przestrzeń
page-space-hint = Mogą ją otworzyć tylko członkowie.
page-stop = E-maile od { $product }
page-stop-hint = Otrzymano zaproszenie e-mailem. Wybierz, których e-maili już nie chcesz.
page-stop-inviter = Żadnych e-maili od osoby, która mnie zaprosiła
page-stop-all = Żadnych e-maili od nikogo
page-stop-report = Zgłoś to zaproszenie jako nadużycie
page-stop-undo = Zezwól ponownie na e-maile
page-stopped-inviter = Nie będziesz otrzymywać e-maili od osoby, która Cię zaprosiła.
page-stopped-all = Nie będziesz otrzymywać od nas e-maili.
page-stop-undone = Nasze e-maile są znów dozwolone.
page-reported = Dziękujemy. Zaproszenie zostało zgłoszone.
page-stop-unknown = Ten link nie działa
page-stop-unknown-hint = Jest uszkodzony lub zbyt stary. Użyj linku z nowszego e-maila.
page-stop-own = Żadnych e-maili na mój adres
page-stop-own-undo = Zezwól ponownie na e-maile na mój adres
