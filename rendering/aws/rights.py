"""What each kind of work asks of Amazon, action by action; `*` stands only where an action knows no narrower resource."""

from collections.abc import Iterable

from rendering.aws.place import KEY_ARN, Place
from rendering.aws.policies import Statement, allow
from rendering.resource import Ref

_READ_OBJECTS = ("s3:GetObject",)
_KEEP_OBJECTS = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject")
_READ_METRICS = (
    *("cloudwatch:DescribeAlarmsForMetric", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"),
    *("ec2:DescribeInstances", "ec2:DescribeRegions", "ec2:DescribeTags", "tag:GetResources"),
)
_READ_ALARMS = ("cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms")


def write_metrics(workspace: str) -> tuple[Statement, ...]:
    """Prometheus sends samples."""
    return (allow("SendSamples", ["aps:RemoteWrite"], workspace),)


def query_metrics(workspace: str) -> Statement:
    """Whoever shows metrics of the long term."""
    return allow("ReadSamples", ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"], workspace)


def keep_objects(place: Place, bucket: str, prefix: str = "", key: str | Ref = KEY_ARN) -> tuple[Statement, ...]:
    """A store of a system's own (Elasticsearch's documentation, «S3 repository», recommended permissions; Loki's, «AWS S3»)."""
    arn = place.bucket(bucket)
    under = f"{arn}/{prefix}/*" if prefix else f"{arn}/*"
    through = {"StringEquals": {"kms:ViaService": f"s3.{place.region}.{place.suffix}"}}
    listing = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"]
    return (
        allow("SeeBucket", listing, arn),
        allow("KeepObjects", _KEEP_OBJECTS, under),
        allow("Encrypt", ["kms:Decrypt", "kms:GenerateDataKey"], key, through),
    )


def read_entries(place: Place) -> tuple[Statement, ...]:
    """External Secrets copies values of this environment's entries, and of no other's."""
    entries = place.arn("secretsmanager", f"secret:observatory/{place.environment}/*")
    through = {"StringEquals": {"kms:ViaService": f"secretsmanager.{place.region}.{place.suffix}"}}
    return (
        allow("ReadEntries", ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], entries),
        allow("Decrypt", ["kms:Decrypt"], KEY_ARN, through),
    )


def show_cloudwatch(place: Place, assumed: str | None = None) -> tuple[Statement, ...]:
    """Grafana's data source (grafana.com/docs, «CloudWatch data source», IAM policies), or the role that it takes on for it."""
    if assumed:
        return (allow("TakeOnReader", ["sts:AssumeRole"], assumed),)
    groups = place.arn("logs", "log-group:*")
    return (
        allow("ReadMetrics", _READ_METRICS, "*"),
        allow("ReadAlarms", _READ_ALARMS, place.arn("cloudwatch", "alarm:*")),
        allow("ReadLogs", ["logs:GetLogEvents", "logs:GetLogGroupFields", "logs:GetQueryResults", "logs:StartQuery"], groups),
        allow("SeeLogs", ["logs:DescribeLogGroups", "logs:StopQuery"], "*"),
    )


def read_logs(queue: str, buckets: Iterable[str], place: Place) -> tuple[Statement, ...]:
    """Filebeat fetches files that AWS' own services wrote, told of by a queue."""
    account, name = queue.rsplit("/", 2)[1:]
    region = queue.split(".")[1]
    told = f"arn:{place.partition}:sqs:{region}:{account}:{name}"
    actions = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    return (allow("HearOfFiles", actions, told), allow("ReadFiles", _READ_OBJECTS, [f"{place.bucket(name)}/*" for name in buckets]))


def datadog(place: Place, external_id: str) -> Statement:
    """The trust in Datadog's own account, which must say the id that it made for us (docs.datadoghq.com, «AWS manual setup»)."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{place.partition}:iam::464622532012:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }


def watch(place: Place, archive: str | None, *, posture: bool) -> tuple[Statement, ...]:
    """What Datadog reads: metrics of the namespaces that we name, and tags; with `posture` how resources are set up."""
    see = (
        *("autoscaling:DescribeAutoScalingGroups", "cloudfront:ListDistributions", "ecs:ListClusters", "lambda:ListFunctions"),
        *("elasticloadbalancing:DescribeLoadBalancers", "s3:ListAllMyBuckets"),
    )
    examine = (
        *("ec2:DescribeSecurityGroups", "ec2:DescribeVolumes", "ec2:DescribeVpcs", "iam:GetAccountPasswordPolicy", "iam:GetAccountSummary"),
        *("iam:ListRoles", "iam:ListUsers", "kms:ListKeys", "cloudtrail:DescribeTrails"),
    )
    found = [
        allow("ReadMetrics", _READ_METRICS, "*"),
        allow("SeeResources", see, "*"),
        allow("SeeCaches", ["elasticache:DescribeCacheClusters"], place.arn("elasticache", "cluster:*")),
        allow("SeeDatabases", ["rds:DescribeDBInstances"], place.arn("rds", "db:*")),
    ]
    if posture:
        found.append(allow("ExamineResources", examine, "*"))
    if archive:
        found.append(allow("SeeArchive", ["s3:ListBucket"], place.bucket(archive)))
        found.append(allow("KeepArchive", ["s3:GetObject", "s3:PutObject"], f"{place.bucket(archive)}/*"))
    return tuple(found)
