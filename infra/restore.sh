#!/usr/bin/env bash
# Prepares and finishes a restore of the table or of single items (docs/operations.md, Restore).
#
#   infra/restore.sh STACK begin
#     Stops every reader of the table's stream and of the queues, and waits until they have stopped. Requests are
#     still answered.
#   infra/restore.sh STACK finish [--purge] [--since TIME]
#     Enables recovery and TTL, and starts the readers again. For a table that was replaced, use --purge to purge the queues
#     first. With --since, such as 2026-11-21T20:00:00Z, events of mails since that time are replayed from the archive.
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
resource() { # its name, or nothing if the stack doesn't have it
    aws cloudformation list-stack-resources --stack-name "$stack" \
        --query "StackResourceSummaries[?LogicalResourceId=='$1'].PhysicalResourceId" --output text
}
mappings() {
    # The functions with event source mappings have outputs with their names.
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
    # Before sending, the sender compares what each person was last mailed with the current state, so messages from
    # before the restored time are harmless for items that were copied back. A replaced table doesn't know what was mailed in
    # the meantime.
    if [ -n "$purge" ]; then
        for queue in MailQueueUrl BulkMailQueueUrl MailDeadLettersUrl BulkMailDeadLettersUrl RelayFailuresUrl PublishFailuresUrl; do
            url=$(output "$queue")
            [ -n "$url" ] || continue
            # A queue can be purged only once per minute.
            aws sqs purge-queue --queue-url "$url" || { sleep 61 && aws sqs purge-queue --queue-url "$url"; }
            echo "$queue is purged"
        done
        # A purge takes up to a minute, during which its messages are still received.
        sleep 60
    fi
    table=$(output TableName)
    aws dynamodb update-continuous-backups --table-name "$table" \
        --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true >/dev/null
    ttl=$(aws dynamodb describe-time-to-live --table-name "$table" --query TimeToLiveDescription.TimeToLiveStatus --output text)
    if [ "$ttl" != ENABLED ]; then
        aws dynamodb update-time-to-live --table-name "$table" --time-to-live-specification Enabled=true,AttributeName=expires_at >/dev/null
    fi
    # Repeated or late events are harmless: a mail's state only moves forward, and of two marks on an address the later one
    # counts.
    archive=$(resource MailEventArchive)
    if [ -n "$since" ] && [ -n "$archive" ]; then
        rule=$(aws events describe-rule --name "$(resource MailEventRule)" --query Arn --output text)
        from=$(aws events describe-archive --archive-name "$archive" --query '[ArchiveArn, EventSourceArn]' --output text)
        read -r source bus <<<"$from"
        aws events start-replay --replay-name "restore-$(date +%s)" --event-source-arn "$source" --event-start-time "$since" \
            --event-end-time "$(date -u +%FT%TZ)" --destination "Arn=$bus,FilterArns=$rule" --query '[ReplayArn, State]' --output text
    else
        echo "no events of mails to replay"
    fi
    for uuid in $(mappings); do
        aws lambda update-event-source-mapping --uuid "$uuid" --enabled --query '[UUID, State]' --output text
    done
    ;;
*) usage ;;
esac
