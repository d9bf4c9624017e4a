subject-invite = { $inviter } zaprasza Cię do przestrzeni „{ $title }”
subject-invite-unknown = Zaproszenie do przestrzeni „{ $title }”
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
time = { $time }
times = { $start } – { $end }
at = { $date }, { $time }
same-day = { $date }, { $times }
span = { $start } – { $end }
your-role = Twoja rola
open-until = Zaproszenie ważne do: { $when }
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
links-plain = Dla Twojego bezpieczeństwa linków w tym tekście nie można kliknąć. Skopiuj link tylko wtedy, gdy mu ufasz.
links-marked = Dla Twojego bezpieczeństwa linki w tym tekście zawierają nawiasy, jak w example[.]com. Usuń je, aby otworzyć link, któremu ufasz.

why = Otrzymujesz tę wiadomość, ponieważ na adres { $address } wysłano zaproszenie. Zaprasza: { $inviter }.
why-unknown = Otrzymujesz tę wiadomość, ponieważ na adres { $address } wysłano zaproszenie.
reply = Odpowiedź na tę wiadomość otrzyma { $inviter }.
ignore = Jeśli nie spodziewasz się tego zaproszenia, możesz je po prostu zignorować.
made-with = To zaproszenie utworzono w usłudze { $product }.
stop = Nie chcę więcej takich e-maili
help = Pomoc
privacy = Prywatność
support = Kontakt z pomocą techniczną

page-account = Z użyciem konta
page-sign-in = Zaloguj się
page-sign-up = Utwórz konto
page-guest = Dołącz jako gość
page-name = Twoje imię i nazwisko
page-signed-in = Zalogowano jako { $name }.
page-signed-in-unknown = Zalogowano.
page-wrong-account = To zaproszenie jest dla kogoś innego. Dołącz jako gość lub użyj innego konta.
page-other-account = Użyj innego konta
page-joined = Jesteś z nami
page-role = Twoja rola
role-admin = Administrator
role-member = Członek
role-guest = Gość
page-members = Członkowie
page-more =
    { $count ->
        [one] i jeszcze 1 osoba
        [few] i jeszcze { $count } osoby
       *[many] i jeszcze { $count } osób
    }
page-not-found = To zaproszenie nie istnieje
page-not-found-hint = Sprawdź, czy link został otwarty w całości, lub zapytaj osobę, która Cię zaprosiła.
page-expired = To zaproszenie wygasło
page-revoked = To zaproszenie zostało unieważnione
page-ask = Poproś o nowe osobę, która Cię zaprosiła: { $inviter }.
page-ask-unknown = Poproś o nowe osobę, która Cię zaprosiła.
page-busy = Chwileczkę
page-busy-hint = Usługa jest przeciążona. Spróbuj ponownie za chwilę.
page-broken = Coś poszło nie tak
page-broken-hint = To nasz błąd. Spróbuj ponownie później.
page-forbidden = Nie udało się
page-forbidden-hint = Otwórz link z zaproszenia i spróbuj ponownie.
page-continue = Kontynuuj jako { $name }
page-not-you = To nie { $name }?
page-no-cookie = Przeglądarka nie zapisała logowania
page-no-cookie-hint = Zezwól na pliki cookie dla tej witryny, a potem ponownie otwórz link z zaproszenia.
page-password = Hasło
page-password-hint = Ta przestrzeń jest chroniona hasłem. Zapytaj o nie osobę, która Cię zaprosiła.
page-password-wrong = To hasło jest nieprawidłowe.
page-too-many = Zbyt wiele błędnych haseł
page-too-many-hint = Spróbuj ponownie później.
page-removed = Usunięto Cię z tej przestrzeni
page-removed-hint = Tylko administrator przestrzeni może wpuścić Cię ponownie.
page-archived = Ta przestrzeń jest zarchiwizowana
page-archived-hint = Obecnie nikt nie może do niej dołączyć.
page-invited-only = Ta przestrzeń jest tylko dla zaproszonych osób
page-invited-only-hint = Użyj konta, które otrzymało zaproszenie, lub zapytaj osobę, która Cię zaprosiła.
page-decline = Odrzuć zaproszenie
page-decline-hint = { $inviter } zobaczy, że zaproszenie zostało odrzucone. Nadal możesz dołączyć później.
page-declined = To zaproszenie zostało przez Ciebie odrzucone
page-declined-hint = Jeśli zmienisz zdanie, otwórz ponownie link z zaproszenia.
page-space = Zaloguj się, aby otworzyć tę przestrzeń
page-space-hint = Mogą ją otworzyć tylko członkowie.
page-stop = E-maile z { $product }
page-stop-hint = Przyszło do Ciebie zaproszenie e-mailem. Wybierz, których e-maili już nie chcesz.
page-stop-inviter = Nie chcę e-maili od osoby, która mnie zaprosiła
page-stop-all = Nie chcę żadnych e-maili
page-stop-report = Zgłoś to zaproszenie
page-stop-undo = Zezwól ponownie na e-maile
page-stopped-inviter = Nie będziesz otrzymywać e-maili od osoby, która Cię zaprosiła.
page-stopped-all = Nie będziesz otrzymywać od nas e-maili.
page-stop-undone = Nasze e-maile są znów dozwolone.
page-reported = Dziękujemy. Zaproszenie zostało zgłoszone.
page-stop-unknown = Ten link nie działa
page-stop-unknown-hint = Jest uszkodzony lub zbyt stary. Użyj linku z nowszego e-maila.
page-stop-own = Żadnych e-maili na mój adres
page-stop-own-undo = Zezwól ponownie na e-maile na mój adres
page-over = To spotkanie już się skończyło
page-now = Trwa teraz
page-in-minutes =
    { $count ->
        [one] Początek za minutę
        [few] Początek za { $count } minuty
       *[many] Początek za { $count } minut
    }
page-in-hours =
    { $count ->
        [one] Początek za godzinę
        [few] Początek za { $count } godziny
       *[many] Początek za { $count } godzin
    }
page-in-days =
    { $count ->
        [one] Jutro
        [few] Za { $count } dni
       *[many] Za { $count } dni
    }
page-people =
    { $count ->
        [one] Dołączyła 1 osoba
        [few] Dołączyły { $count } osoby
       *[many] Dołączyło { $count } osób
    }
page-expires = Możesz dołączyć do: { $when }
page-add = Dodaj do kalendarza
page-calendar-file = Apple i inne
page-help = Pomoc
page-privacy = Prywatność
page-support = Skontaktuj się z pomocą
page-next = Aby tu wrócić, otwórz ponownie link z zaproszenia.
page-open = Otwórz { $product }
page-you = Ty
page-decline-hint-unknown = Osoba, która Cię zaprosiła, zobaczy, że zaproszenie zostało odrzucone. Nadal możesz dołączyć później.
page-unverified = Twój adres { $address } nie został jeszcze potwierdzony. Potwierdź go na swoim koncie, aby skorzystać z zaproszenia, lub dołącz jako gość.
page-details = Szczegóły
