#!/usr/bin/env bash
# What comes before and after the table is restored or its items are copied back (docs/operations.md, Restore).
#
#   infra/restore.sh STACK begin
#     Stops every reader of the table's stream and of the queues, and waits until they have stopped. Requests are still answered.
#   infra/restore.sh STACK finish [--purge] [--since TIME]
#     Turns recovery and TTL on, and starts the readers again. With --purge, for a table that was replaced, the queues are purged first. With
#     --since, such as 2026-11-21T20:00:00Z, the events of mails from that time on are replayed from the archive.
#
# Each step can be repeated.
set -euo pipefail

usage() {
    echo "usage: restore.sh STACK begin | STACK finish [--purge] [--since TIME]" >&2
    exit 2
}
[ $# -ge 2 ] || usage
stack=$1 step=$2
shift 2
purge='' since=''
while [ $# -gt 0 ]; do
    case $step$1 in
    finish--purge) purge=yes ;;
    finish--since)
        since=${2:-}
        [ -n "$since" ] || usage
        shift
        ;;
    *) usage ;;
    esac
    shift
done

aws() { command aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} "$@"; }
output() { aws cloudformation describe-stacks --stack-name "$stack" --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text; }
resource() { # its name, or nothing where the stack does not have it
    aws cloudformation list-stack-resources --stack-name "$stack" \
        --query "StackResourceSummaries[?LogicalResourceId=='$1'].PhysicalResourceId" --output text
}
mappings() {
    # The functions that read have outputs with their names.
    for function in $(aws cloudformation describe-stacks --stack-name "$stack" \
        --query "Stacks[0].Outputs[?ends_with(OutputKey, 'Name') && OutputKey != 'TableName'].OutputValue" --output text); do
        aws lambda list-event-source-mappings --function-name "$function" --query 'EventSourceMappings[].UUID' --output text
    done
}
state() { aws lambda get-event-source-mapping --uuid "$1" --query State --output text; }

case $step in
begin)
    for uuid in $(mappings); do
        aws lambda update-event-source-mapping --uuid "$uuid" --no-enabled >/dev/null
    done
    for uuid in $(mappings); do
        for _ in $(seq 60); do
            [ "$(state "$uuid")" != Disabled ] || break
            sleep 5
        done
        echo "$uuid is $(state "$uuid")"
        [ "$(state "$uuid")" = Disabled ]
    done
    ;;
finish)
    # The sender compares what each person was told with what is true, so messages from before the restored time are harmless to items
    # that were copied back. A table that was replaced does not know what was told meanwhile.
    if [ -n "$purge" ]; then
        for queue in MailQueueUrl BulkMailQueueUrl MailDeadLettersUrl BulkMailDeadLettersUrl RelayFailuresUrl PublishFailuresUrl; do
            url=$(output "$queue")
            [ -n "$url" ] || continue
            # A queue is purged once a minute at most.
            aws sqs purge-queue --queue-url "$url" || { sleep 61 && aws sqs purge-queue --queue-url "$url"; }
            echo "$queue is purged"
        done
        # A purge takes up to a minute, in which its messages are still received.
        sleep 60
    fi
    table=$(output TableName)
    aws dynamodb update-continuous-backups --table-name "$table" \
        --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true >/dev/null
    ttl=$(aws dynamodb describe-time-to-live --table-name "$table" --query TimeToLiveDescription.TimeToLiveStatus --output text)
    if [ "$ttl" != ENABLED ]; then
        aws dynamodb update-time-to-live --table-name "$table" --time-to-live-specification Enabled=true,AttributeName=expires_at >/dev/null
    fi
    # Events twice or late are harmless: a mail's state only goes forward, and of two marks of an address the later one counts.
    archive=$(resource MailEventArchive)
    if [ -n "$since" ] && [ -n "$archive" ]; then
        rule=$(aws events describe-rule --name "$(resource MailEventRule)" --query Arn --output text)
        from=$(aws events describe-archive --archive-name "$archive" --query '[ArchiveArn, EventSourceArn]' --output text)
        read -r source bus <<<"$from"
        aws events start-replay --replay-name "restore-$(date +%s)" --event-source-arn "$source" --event-start-time "$since" \
            --event-end-time "$(date -u +%FT%TZ)" --destination "Arn=$bus,FilterArns=$rule" --query '[ReplayArn, State]' --output text
    else
        echo "no events of mails are replayed"
    fi
    for uuid in $(mappings); do
        aws lambda update-event-source-mapping --uuid "$uuid" --enabled --query '[UUID, State]' --output text
    done
    ;;
*) usage ;;
esac
