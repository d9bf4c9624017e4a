subject-invite = { $inviter } zaprasza Cię do przestrzeni „{ $title }”
subject-invite-unknown = Zaproszenie do przestrzeni „{ $title }”
subject-meet = { $inviter } zaprasza Cię na spotkanie „{ $title }”
subject-meet-unknown = Zaproszenie na spotkanie „{ $title }”
subject-cancel = Odwołano spotkanie „{ $title }”
sender = { $inviter } przez { $product }
untitled = Przestrzeń bez tytułu

greeting = Dzień dobry, { $name }!
lead-invite = { $inviter } zaprasza Cię do tej przestrzeni.
lead-invite-unknown = Masz zaproszenie do tej przestrzeni.
lead-meet = { $inviter } zaprasza Cię na to spotkanie.
lead-meet-unknown = Masz zaproszenie na to spotkanie.
lead-cancel = Organizator ({ $inviter }) odwołał to spotkanie.
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
access = Możesz dołączyć za pomocą swojego konta lub jako gość. Jako gość może dołączyć każdy, kto ma ten link.
links-plain = Dla Twojego bezpieczeństwa linki w tym tekście nie są klikalne. Kopiuj tylko te, którym ufasz.
links-marked = Dla Twojego bezpieczeństwa linki w tym tekście zawierają nawiasy, np. example[.]com. Aby otworzyć link, któremu ufasz, usuń nawiasy.

why = Otrzymujesz tę wiadomość na adres { $address }, ponieważ zaprasza Cię { $inviter }.
why-unknown = Otrzymujesz tę wiadomość, ponieważ na adres { $address } wysłano zaproszenie.
reply = Odpowiedź na tę wiadomość otrzyma { $inviter }.
ignore = Jeśli nie spodziewasz się tego zaproszenia, możesz je po prostu zignorować.
made-with = To zaproszenie utworzono w usłudze { $product }.
stop = Zrezygnuj z otrzymywania takich e-maili
help = Pomoc
privacy = Prywatność
support = Kontakt z pomocą techniczną

page-sign-in = Zaloguj się
page-sign-up = Utwórz konto
page-guest = Dołącz jako gość
page-name = Twoje imię i nazwisko
page-signed-in = Zalogowano jako { $name }.
page-signed-in-unknown = Zalogowano.
page-wrong-account = To zaproszenie jest dla kogoś innego. Dołącz jako gość lub użyj innego konta.
page-other-account = Użyj innego konta
page-joined = Jesteś już w przestrzeni
role-admin = Administrator
role-member = Członek
role-guest = Gość
page-members = Członkowie
page-more =
    { $count ->
        [one] i jeszcze 1 osoba
        [few] i jeszcze { $count } osoby
        [many] i jeszcze { $count } osób
       *[other] i jeszcze { $count } osób
    }
page-not-found = To zaproszenie nie istnieje
page-not-found-hint = Sprawdź, czy link jest kompletny, lub zapytaj osobę, która Cię zaprosiła.
page-expired = To zaproszenie wygasło
page-revoked = To zaproszenie zostało wycofane
page-ask = Poproś o nowe zaproszenie. Może je wysłać { $inviter }.
page-ask-unknown = Poproś nadawcę o nowe zaproszenie.
page-busy = Poczekaj chwilę
page-busy-hint = Usługa jest przeciążona. Spróbuj ponownie za chwilę.
page-broken = Coś poszło nie tak
page-broken-hint = To nasz błąd. Spróbuj ponownie później.
page-forbidden = Nie udało się
page-forbidden-hint = Otwórz link z zaproszenia i spróbuj ponownie.
page-continue = Kontynuuj jako { $name }
page-not-you = { $name } to nie Ty?
page-no-cookie = Przeglądarka nie zapamiętała logowania
page-no-cookie-hint = Zezwól na pliki cookie w tej witrynie, a potem ponownie otwórz link z zaproszenia.
page-password = Hasło
page-password-hint = Ta przestrzeń jest chroniona hasłem. Zapytaj o nie osobę, która Cię zaprosiła.
page-password-wrong = Nieprawidłowe hasło.
page-too-many = Zbyt wiele prób podania hasła
page-too-many-hint = Spróbuj ponownie później.
page-removed = Usunięto Cię z tej przestrzeni
page-removed-hint = Tylko administrator przestrzeni może wpuścić Cię ponownie.
page-archived = Ta przestrzeń została zarchiwizowana
page-archived-hint = Obecnie nikt nie może do niej dołączyć.
page-invited-only = Ta przestrzeń jest tylko dla zaproszonych osób
page-invited-only-hint = Użyj konta, na które wysłano zaproszenie, lub zapytaj osobę, która Cię zaprosiła.
page-decline = Odrzuć zaproszenie
page-decline-hint = { $inviter } zobaczy, że zaproszenie zostało odrzucone. Nadal możesz dołączyć później.
page-declined = Zaproszenie zostało odrzucone
page-declined-hint = Jeśli zmienisz zdanie, otwórz ponownie link z zaproszenia.
page-space = Zaloguj się, aby otworzyć tę przestrzeń
page-space-hint = Mogą ją otworzyć tylko członkowie.
page-stop = E-maile z usługi { $product }
page-stop-hint = Wysłano do Ciebie zaproszenie e-mailem. Wybierz, których e-maili nie chcesz już otrzymywać.
page-stop-inviter = Nie chcę więcej e-maili od osoby, która mnie zaprosiła
page-stop-all = Nie chcę więcej żadnych e-maili
page-stop-report = Zgłoś to zaproszenie
page-stop-undo = Zezwól ponownie na e-maile
page-stopped-inviter = Nie będziesz już otrzymywać e-maili od osoby, która Cię zaprosiła.
page-stopped-all = Nie będziesz już otrzymywać od nas e-maili.
page-stop-undone = Znów możesz otrzymywać od nas e-maile.
page-reported = Dziękujemy. Zaproszenie zostało zgłoszone.
page-stop-unknown = Ten link nie działa
page-stop-unknown-hint = Jest uszkodzony lub zbyt stary. Użyj linku z nowszego e-maila.
page-stop-own = Nie wysyłaj więcej e-maili na mój adres
page-stop-own-undo = Wysyłaj znów e-maile na mój adres
page-over = To spotkanie się zakończyło
page-now = Trwa teraz
page-in-minutes =
    { $count ->
        [one] Zaczyna się za minutę
        [few] Zaczyna się za { $count } minuty
        [many] Zaczyna się za { $count } minut
       *[other] Zaczyna się za { $count } minuty
    }
page-in-hours =
    { $count ->
        [one] Zaczyna się za godzinę
        [few] Zaczyna się za { $count } godziny
        [many] Zaczyna się za { $count } godzin
       *[other] Zaczyna się za { $count } godziny
    }
page-in-days =
    { $count ->
        [one] Jutro
        [few] Za { $count } dni
        [many] Za { $count } dni
       *[other] Za { $count } dnia
    }
page-people =
    { $count ->
        [one] Dołączyła 1 osoba
        [few] Dołączyły { $count } osoby
        [many] Dołączyło { $count } osób
       *[other] Dołączyło { $count } osób
    }
page-add = Dodaj do kalendarza
page-calendar-file = Apple i inne
page-next = Aby tu wrócić, otwórz ponownie link z zaproszenia.
page-open = Otwórz { $product }
page-you = Ty
page-decline-hint-unknown = Osoba, która Cię zaprosiła, zobaczy, że zaproszenie zostało odrzucone. Nadal możesz dołączyć później.
page-unverified = Twój adres { $address } nie został jeszcze potwierdzony. Potwierdź go na swoim koncie, aby dołączyć z zaproszenia, lub dołącz jako gość.
page-details = Szczegóły
