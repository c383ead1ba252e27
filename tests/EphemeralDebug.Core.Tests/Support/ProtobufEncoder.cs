using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Core.Tests.Support;

/// <summary>
/// Writes JSON of the API as the protobuf that an API server would write, by the numbers of Kubernetes' generated.proto.
/// Made for tests alone, and independent of what reads it.
/// </summary>
internal static class ProtobufEncoder
{
    // Each line is a message: its name, and its fields as name=number, :Type where the field is a message itself.
    private const string Schema = """
        PodList metadata=1:ListMeta items=2:Pod
        ListMeta selfLink=1 resourceVersion=2 continue=3 remainingItemCount=4
        Status metadata=1:ListMeta status=2 message=3 reason=4 details=5:StatusDetails code=6
        StatusDetails name=1 group=2 kind=3 causes=4:StatusCause retryAfterSeconds=5 uid=6
        StatusCause reason=1 message=2 field=3
        Pod metadata=1:ObjectMeta spec=2:PodSpec status=3:PodStatus
        ObjectMeta name=1 generateName=2 namespace=3 selfLink=4 uid=5 resourceVersion=6 generation=7 creationTimestamp=8:Time deletionTimestamp=9:Time labels=11:Map annotations=12:Map ownerReferences=13:OwnerReference managedFields=17:ManagedFields
        OwnerReference kind=1 name=3 uid=4 apiVersion=5 controller=6 blockOwnerDeletion=7
        ManagedFields manager=1 operation=2 apiVersion=3 time=4:Time fieldsType=6 fieldsV1=7:Raw subresource=8
        PodSpec volumes=1:Volume containers=2:Container restartPolicy=3 terminationGracePeriodSeconds=4 dnsPolicy=6 nodeSelector=7:Map serviceAccountName=8 serviceAccount=9 nodeName=10 securityContext=14:Empty schedulerName=19 initContainers=20:Container tolerations=22:Toleration priority=25 enableServiceLinks=30 preemptionPolicy=31 ephemeralContainers=34:EphemeralContainer os=36:PodOs
        PodOs name=1
        Volume name=1 source=2:Raw
        Toleration key=1 operator=2 value=3 effect=4 tolerationSeconds=5
        Empty none=1
        EphemeralContainer .=1:Container targetContainerName=2
        Container name=1 image=2 command=3 args=4 workingDir=5 ports=6:Port env=7:EnvVar resources=8:Empty volumeMounts=9:VolumeMount terminationMessagePath=13 imagePullPolicy=14 securityContext=15:SecurityContext stdin=16 stdinOnce=17 tty=18 terminationMessagePolicy=20
        Port name=1 hostPort=2 containerPort=3 protocol=4
        EnvVar name=1 value=2 valueFrom=3:Empty
        VolumeMount name=1 readOnly=2 mountPath=3
        SecurityContext capabilities=1:Capabilities privileged=2 seLinuxOptions=3:SELinux runAsUser=4 runAsNonRoot=5 readOnlyRootFilesystem=6 allowPrivilegeEscalation=7 runAsGroup=8 procMount=9 windowsOptions=10:Windows seccompProfile=11:Profile appArmorProfile=12:Profile
        Capabilities add=1 drop=2
        SELinux user=1 role=2 type=3 level=4
        Windows gmsaCredentialSpecName=1 gmsaCredentialSpec=2 runAsUserName=3 hostProcess=4
        Profile type=1 localhostProfile=2
        PodStatus phase=1 conditions=2:Condition message=3 reason=4 hostIP=5 podIP=6 startTime=7:Time containerStatuses=8:ContainerStatus qosClass=9 initContainerStatuses=10:ContainerStatus ephemeralContainerStatuses=13:ContainerStatus
        Condition type=1 status=2 lastProbeTime=3:Time lastTransitionTime=4:Time reason=5 message=6
        ContainerStatus name=1 state=2:State lastState=3:State ready=4 restartCount=5 image=6 imageID=7 containerID=8 started=9
        State waiting=1:Waiting running=2:Running terminated=3:Terminated
        Waiting reason=1 message=2
        Running startedAt=1:Time
        Terminated exitCode=1 signal=2 reason=3 message=4 startedAt=5:Time finishedAt=6:Time containerID=7
        """;

    private static readonly Dictionary<string, Dictionary<string, (int Number, string? Type)>> s_messages = Parse();

    /// <summary>A whole answer: the magic, and the envelope around the object.</summary>
    public static byte[] Encode(JsonObject document)
    {
        string kind = (string)document["kind"]!;
        var type = new ProtobufWriter().Text(1, "v1").Text(2, kind);
        var fields = new JsonObject(document.Where(p => p.Key is not ("kind" or "apiVersion"))
            .Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        return Envelope(type, Message(kind, fields));
    }

    /// <summary>The magic and an envelope, as the API server writes them.</summary>
    public static byte[] Envelope(ProtobufWriter type, ProtobufWriter raw)
    {
        var envelope = new ProtobufWriter().Message(1, type).Message(2, raw).Text(3, "").Text(4, "");
        return [.. "k8s\0"u8, .. envelope.ToArray()];
    }

    /// <summary>A message by the name of its type.</summary>
    public static ProtobufWriter Message(string type, JsonObject fields)
    {
        var writer = new ProtobufWriter();
        if (s_messages[type].TryGetValue(".", out (int Number, string? Type) inline))
        {
            var common = new JsonObject(fields.Where(p => !s_messages[type].ContainsKey(p.Key))
                .Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
            writer.Message(inline.Number, Message(inline.Type!, common));
            fields = new JsonObject(fields.Where(p => s_messages[type].ContainsKey(p.Key))
                .Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        }

        foreach ((string name, JsonNode? value) in fields)
        {
            if (!s_messages[type].TryGetValue(name, out (int Number, string? Type) field))
            {
                throw new NotSupportedException($"The field {type}.{name} has no number here; look it up in generated.proto.");
            }

            foreach (JsonNode? item in value is JsonArray list ? list : [value?.DeepClone()])
            {
                Write(writer, field.Number, field.Type, item);
            }
        }

        return writer;
    }

    private static void Write(ProtobufWriter writer, int number, string? type, JsonNode? value)
    {
        switch (type)
        {
            case null when value is not null:
                WriteScalar(writer, number, value);
                break;
            case "Time":
                writer.Message(number, value is null ? new ProtobufWriter() : Time(value));
                break;
            case "Map" when value is JsonObject map:
                foreach ((string key, JsonNode? text) in map)
                {
                    writer.Message(number, new ProtobufWriter().Text(1, key).Text(2, (string)text!));
                }

                break;
            case "Raw" when value is not null:
                writer.Message(number, new ProtobufWriter().Text(1, value.ToJsonString()));
                break;
            default:
                if (value is JsonObject message)
                {
                    writer.Message(number, Message(type!, message));
                }

                break;
        }
    }

    private static void WriteScalar(ProtobufWriter writer, int number, JsonNode value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                writer.Text(number, (string)value!);
                break;
            case JsonValueKind.Number:
                writer.Number(number, long.Parse(value.ToJsonString(), CultureInfo.InvariantCulture));
                break;
            default:
                writer.Number(number, (bool)value ? 1 : 0);
                break;
        }
    }

    private static ProtobufWriter Time(JsonNode value) => new ProtobufWriter()
        .Number(1, DateTimeOffset.Parse((string)value!, CultureInfo.InvariantCulture).ToUnixTimeSeconds())
        .Number(2, 123_000_000);

    private static Dictionary<string, Dictionary<string, (int Number, string? Type)>> Parse() =>
        Schema.Split('\n').Select(line => line.Trim().Split(' ')).ToDictionary(
            words => words[0],
            words => words.Skip(1).Select(field => field.Split('=', ':')).ToDictionary(
                parts => parts[0],
                parts => (int.Parse(parts[1], CultureInfo.InvariantCulture), parts.Length > 2 ? parts[2] : null),
                StringComparer.Ordinal),
            StringComparer.Ordinal);
}
