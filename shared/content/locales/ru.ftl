subject-invite = { $inviter } приглашает вас в пространство «{ $title }»
subject-invite-unknown = Приглашение в пространство «{ $title }»
subject-meet = { $inviter } приглашает вас на встречу «{ $title }»
subject-meet-unknown = Приглашение на встречу «{ $title }»
subject-cancel = Отменена встреча «{ $title }»
sender = { $inviter } через { $product }
untitled = Пространство без названия

greeting = Здравствуйте, { $name }!
lead-invite = { $inviter } приглашает вас в это пространство.
lead-invite-unknown = Вас приглашают в это пространство.
lead-meet = { $inviter } приглашает вас на эту встречу.
lead-meet-unknown = Вас приглашают на эту встречу.
lead-cancel = Организатор ({ $inviter }) отменил эту встречу.
lead-cancel-unknown = Эта встреча отменена.

when = Когда
until = До: { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } в { $time }
same-day = { $date }, { $times }
span = { $start } — { $end }
your-role = Ваша роль
open-until = Приглашение действует до: { $when }
hours =
    { $count ->
        [one] { $count } час
        [few] { $count } часа
        [many] { $count } часов
       *[other] { $count } часа
    }
minutes =
    { $count ->
        [one] { $count } минута
        [few] { $count } минуты
        [many] { $count } минут
       *[other] { $count } минуты
    }
hours-minutes = { $hours } { $minutes }

join-invite = Присоединиться к пространству
join-meet = Присоединиться к встрече
link-hint = Если кнопка не работает, откройте эту ссылку:
access = Вы можете присоединиться через свой аккаунт или как гость. Как гость может присоединиться любой, у кого есть эта ссылка.
links-plain = В целях безопасности ссылки в этом тексте неактивны. Копируйте только те, которым доверяете.
links-marked = В целях безопасности в ссылки в этом тексте добавлены скобки, как в example[.]com. Чтобы открыть ссылку, которой доверяете, удалите скобки.

why = Это письмо отправлено на адрес { $address }, потому что { $inviter } приглашает вас.
why-unknown = Вы получили это письмо, потому что на адрес { $address } отправлено приглашение.
reply = Ваш ответ на это письмо получит { $inviter }.
ignore = Если вы не ждали этого приглашения, просто проигнорируйте его.
made-with = Это приглашение создано в сервисе { $product }.
stop = Отписаться от таких писем
help = Справка
privacy = Конфиденциальность
support = Написать в поддержку

page-sign-in = Войти
page-sign-up = Создать аккаунт
page-guest = Присоединиться как гость
page-name = Ваше имя
page-signed-in = Вы вошли как { $name }.
page-signed-in-unknown = Вы вошли в систему.
page-wrong-account = Это приглашение для другого человека. Присоединитесь как гость или используйте другой аккаунт.
page-other-account = Использовать другой аккаунт
page-joined = Вы присоединились
role-admin = Администратор
role-member = Участник
role-guest = Гость
page-members = Участники
page-more =
    { $count ->
        [one] и ещё { $count } человек
        [few] и ещё { $count } человека
        [many] и ещё { $count } человек
       *[other] и ещё { $count } человек
    }
page-not-found = Такого приглашения не существует
page-not-found-hint = Убедитесь, что вы открыли ссылку целиком, или обратитесь к тому, кто вас пригласил.
page-expired = Срок действия приглашения истёк
page-revoked = Это приглашение отозвано
page-ask = Попросите новое приглашение. Его может отправить { $inviter }.
page-ask-unknown = Попросите новое приглашение у того, кто вас пригласил.
page-busy = Подождите немного
page-busy-hint = Сервис перегружен. Попробуйте ещё раз чуть позже.
page-broken = Что-то пошло не так
page-broken-hint = Проблема на нашей стороне. Попробуйте ещё раз позже.
page-forbidden = Не получилось
page-forbidden-hint = Откройте ссылку из приглашения и попробуйте ещё раз.
page-continue = Продолжить как { $name }
page-not-you = Вы не { $name }?
page-no-cookie = Вход не сохранился в браузере
page-no-cookie-hint = Разрешите файлы cookie для этого сайта и снова откройте ссылку из приглашения.
page-password = Пароль
page-password-hint = Это пространство защищено паролем. Узнайте его у того, кто вас пригласил.
page-password-wrong = Неверный пароль.
page-too-many = Слишком много попыток ввода пароля
page-too-many-hint = Попробуйте ещё раз позже.
page-removed = Вас удалили из этого пространства
page-removed-hint = Вернуть вас может только администратор пространства.
page-archived = Это пространство в архиве
page-archived-hint = Сейчас к нему никто не может присоединиться.
page-invited-only = Это пространство только для приглашённых
page-invited-only-hint = Используйте аккаунт, на который отправлено приглашение, или обратитесь к тому, кто вас пригласил.
page-decline = Отклонить приглашение
page-decline-hint = { $inviter } увидит, что вы отказались. Присоединиться можно будет и позже.
page-declined = Вы отклонили это приглашение
page-declined-hint = Если передумаете, снова откройте ссылку из приглашения.
page-space = Войдите, чтобы открыть это пространство
page-space-hint = Открыть его могут только участники.
page-stop = Письма от сервиса { $product }
page-stop-hint = Вам пришло приглашение по электронной почте. Выберите, какие письма вы больше не хотите получать.
page-stop-inviter = Не получать писем от того, кто меня пригласил
page-stop-all = Не получать никаких писем
page-stop-report = Пожаловаться на приглашение
page-stop-undo = Снова разрешить письма
page-stopped-inviter = Вы больше не будете получать писем от того, кто вас пригласил.
page-stopped-all = Вы больше не будете получать от нас писем.
page-stop-undone = Вы снова разрешили присылать вам наши письма.
page-reported = Спасибо. Жалоба на приглашение отправлена.
page-stop-unknown = Эта ссылка не работает
page-stop-unknown-hint = Она повреждена или устарела. Откройте ссылку из более нового письма.
page-stop-own = Не присылать больше писем на мой адрес
page-stop-own-undo = Снова присылать письма на мой адрес
page-over = Эта встреча завершилась
page-now = Идёт сейчас
page-in-minutes =
    { $count ->
        [one] Начнётся через { $count } минуту
        [few] Начнётся через { $count } минуты
        [many] Начнётся через { $count } минут
       *[other] Начнётся через { $count } минуты
    }
page-in-hours =
    { $count ->
        [one] Начнётся через { $count } час
        [few] Начнётся через { $count } часа
        [many] Начнётся через { $count } часов
       *[other] Начнётся через { $count } часа
    }
page-in-days =
    { $count ->
        [1] Завтра
        [one] Через { $count } день
        [few] Через { $count } дня
        [many] Через { $count } дней
       *[other] Через { $count } дня
    }
page-people =
    { $count ->
        [one] Присоединился { $count } человек
        [few] Присоединились { $count } человека
        [many] Присоединилось { $count } человек
       *[other] Присоединилось { $count } человек
    }
page-add = Добавить в календарь
page-calendar-file = Apple и другие
page-next = Чтобы вернуться, снова откройте ссылку из приглашения.
page-open = Открыть { $product }
page-you = вы
page-decline-hint-unknown = Тот, кто вас пригласил, увидит, что вы отказались. Присоединиться можно будет и позже.
page-unverified = Ваш адрес { $address } ещё не подтверждён. Подтвердите его в своём аккаунте, чтобы присоединиться по приглашению, или присоединитесь как гость.
page-details = Подробности
