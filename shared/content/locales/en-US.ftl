subject-invite = { $inviter } invited you to “{ $title }”
subject-invite-unknown = You’re invited to “{ $title }”
subject-meet = { $inviter } invited you to a meeting: “{ $title }”
subject-meet-unknown = You’re invited to a meeting: “{ $title }”
subject-cancel = Canceled: “{ $title }”
sender = { $inviter } via { $product }
untitled = Untitled space

greeting = Hello { $name },
lead-invite = { $inviter } invited you to join this space.
lead-invite-unknown = You’re invited to join this space.
lead-meet = { $inviter } invited you to this meeting.
lead-meet-unknown = You’re invited to this meeting.
lead-cancel = { $inviter } canceled this meeting.
lead-cancel-unknown = This meeting has been canceled.

when = When
until = Until { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } at { $time }
same-day = { $date }, { $times }
span = { $start } – { $end }
your-role = Your role
open-until = This invitation expires on { $when }.
hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
hours-minutes = { $hours } { $minutes }

join-invite = Join the space
join-meet = Join the meeting
link-hint = If the button doesn’t work, open this link:
access = You can join with your account or as a guest. Anyone with this link can join as a guest.
links-plain = For your safety, links in the text above can’t be clicked. Copy a link only if you trust it.
links-marked = For your safety, links in the text above contain brackets, as in example[.]com. To open a link that you trust, remove the brackets.

why = You received this email because { $inviter } invited { $address }.
why-unknown = You received this email because { $address } was invited.
reply = To contact { $inviter }, reply to this email.
ignore = If you weren’t expecting this invitation, you can safely ignore it.
made-with = This invitation was created with { $product }.
stop = Unsubscribe
help = Help
privacy = Privacy
support = Contact support

page-sign-in = Sign in
page-sign-up = Create an account
page-guest = Join as a guest
page-name = Your name
page-signed-in = You’re signed in as { $name }.
page-signed-in-unknown = You’re signed in.
page-wrong-account = This invitation is for someone else. Join as a guest or use another account.
page-other-account = Use another account
page-joined = You’re in
role-admin = Administrator
role-member = Member
role-guest = Guest
page-members = Members
page-more =
    { $count ->
        [one] and 1 more
       *[other] and { $count } more
    }
page-not-found = This invitation doesn’t exist
page-not-found-hint = Make sure you opened the full link, or contact the person who invited you.
page-expired = This invitation has expired
page-revoked = This invitation has been revoked
page-ask = Ask { $inviter } for a new one.
page-ask-unknown = Ask the person who invited you for a new one.
page-busy = Just a moment
page-busy-hint = The service is busy right now. Please try again shortly.
page-broken = Something went wrong
page-broken-hint = The problem is on our end. Please try again later.
page-forbidden = That didn’t work
page-forbidden-hint = Open the link in your invitation and try again.
page-continue = Continue as { $name }
page-not-you = Not { $name }?
page-no-cookie = Your browser didn’t keep you signed in
page-no-cookie-hint = Allow cookies for this site, then open the link in your invitation again.
page-password = Password
page-password-hint = This space is protected by a password. Ask the person who invited you for it.
page-password-wrong = That password isn’t correct.
page-too-many = Too many wrong passwords
page-too-many-hint = Please try again later.
page-removed = You were removed from this space
page-removed-hint = Only an administrator of the space can let you back in.
page-archived = This space is archived
page-archived-hint = No one can join it at the moment.
page-invited-only = This space is for invited people only
page-invited-only-hint = Use the account that was invited, or contact the person who invited you.
page-decline = Decline the invitation
page-decline-hint = { $inviter } will see that you declined. You can still join later.
page-declined = You declined this invitation
page-declined-hint = If you change your mind, open the link in your invitation again.
page-space = Sign in to open this space
page-space-hint = Only members can open it.
page-stop = Emails from { $product }
page-stop-hint = You received an invitation by email. Choose which emails you no longer want to receive.
page-stop-inviter = Stop emails from the person who invited me
page-stop-all = Stop all emails
page-stop-report = Report this invitation
page-stop-undo = Allow emails again
page-stopped-inviter = You won’t get any more emails from the person who invited you.
page-stopped-all = You won’t get any more emails from us.
page-stop-undone = You’ve allowed our emails again.
page-reported = Thank you. The invitation has been reported.
page-stop-unknown = This link doesn’t work
page-stop-unknown-hint = It’s incomplete or too old. Use the link in a more recent email.
page-stop-own = Stop emails to my address
page-stop-own-undo = Allow emails to my address again
page-over = This meeting is over
page-now = Happening now
page-in-minutes =
    { $count ->
        [one] Starts in 1 minute
       *[other] Starts in { $count } minutes
    }
page-in-hours =
    { $count ->
        [one] Starts in 1 hour
       *[other] Starts in { $count } hours
    }
page-in-days =
    { $count ->
        [one] Tomorrow
       *[other] In { $count } days
    }
page-people =
    { $count ->
        [one] 1 person has joined
       *[other] { $count } people have joined
    }
page-add = Add to calendar
page-calendar-file = Apple and others
page-next = To come back, open the link in your invitation again.
page-open = Open { $product }
page-you = you
page-decline-hint-unknown = The person who invited you will see that you declined. You can still join later.
page-unverified = Your email address { $address } isn’t verified yet. Verify it in your account to use this invitation, or join as a guest.
page-details = Details
