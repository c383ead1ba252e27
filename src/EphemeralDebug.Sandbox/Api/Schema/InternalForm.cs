using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Schema;

/// <summary>A field of a structure inside the API server; <paramref name="Embedded"/> is the structure within, that it comes from.</summary>
internal readonly record struct InternalField(string Name, SchemaType Type, bool Pointer, string? Embedded, JsonNode? Value);

/// <summary>
/// An object as the API server holds it: every field, under its internal name, zero values too. Messages about changed
/// or invalid objects show it.
/// </summary>
internal static class InternalForm
{
    /// <summary>Fields that stand in another place, or in another order, than in the API.</summary>
    private static readonly string[] PodSpecOrder =
    [
        "volumes", "initContainers", "containers", "ephemeralContainers", "restartPolicy", "terminationGracePeriodSeconds",
        "activeDeadlineSeconds", "dnsPolicy", "nodeSelector", "serviceAccountName", "automountServiceAccountToken",
        "nodeName", "securityContext", "imagePullSecrets", "hostname", "subdomain", "setHostnameAsFQDN", "affinity",
        "schedulerName", "tolerations", "hostAliases", "priorityClassName", "priority", "preemptionPolicy", "dnsConfig",
        "readinessGates", "runtimeClassName", "overhead", "enableServiceLinks", "topologySpreadConstraints", "os",
        "schedulingGates", "resourceClaims", "resources", "hostnameOverride",
    ];

    private static readonly string[] SecurityContextFieldsOfPodSpec =
        ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];

    /// <summary>On one line, as an invalid value is shown.</summary>
    public static string Compact(StructType type, JsonObject value)
    {
        var text = new StringBuilder();
        Write(text, type, value, indent: null);
        return text.ToString();
    }

    /// <summary>One field a line, as a diff is made of.</summary>
    public static string[] Lines(StructType type, JsonObject value)
    {
        var text = new StringBuilder();
        Write(text, type, value, indent: 0);
        return text.ToString().Split('\n');
    }

    private static void Write(StringBuilder text, SchemaType type, JsonNode? value, int? indent)
    {
        switch (type)
        {
            case StructType structure when value is JsonObject fields:
                WriteMembers(
                    text, '{', '}', indent,
                    Fields(structure, fields).Select(field => (field.Name, field.Type, field.Value)),
                    static field => field.Name);
                break;
            case MapType map when value is JsonObject entries:
                WriteMembers(
                    text, '{', '}', indent,
                    entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (Name: entry.Key, Type: map.Value, entry.Value)),
                    static entry => entry.Name);
                break;
            case ListType list when value is JsonArray items:
                WriteMembers(text, '[', ']', indent, items.Select(item => ("", list.Element, item)), static _ => null);
                break;
            default:
                text.Append(ApiJson.ToText(value));
                break;
        }
    }

    private static void WriteMembers(
        StringBuilder text,
        char open,
        char close,
        int? indent,
        IEnumerable<(string Name, SchemaType Type, JsonNode? Value)> members,
        Func<(string Name, SchemaType Type, JsonNode? Value), string?> name)
    {
        text.Append(open);
        bool any = false;
        foreach ((string Name, SchemaType Type, JsonNode? Value) member in members)
        {
            if (any)
            {
                text.Append(',');
            }

            any = true;
            BreakLine(text, indent + 1);
            if (name(member) is { } key)
            {
                text.Append(ApiJson.ToText(JsonValue.Create(key))).Append(indent is null ? ":" : ": ");
            }

            Write(text, member.Type, member.Value, indent + 1);
        }

        if (any)
        {
            BreakLine(text, indent);
        }

        text.Append(close);
    }

    private static void BreakLine(StringBuilder text, int? indent)
    {
        if (indent is { } width)
        {
            text.Append('\n').Append(' ', width);
        }
    }

    /// <summary>The fields of a structure in their order inside the API server, with the values they have when nothing is set.</summary>
    public static IEnumerable<InternalField> Fields(StructType type, JsonObject value)
    {
        if (type.StructName == "PodSpec")
        {
            return PodSpecOrder
                .Select(type.Find)
                .OfType<SchemaField>()
                .Select(field => field.Name == "securityContext"
                    ? new InternalField(field.InternalName, SecurityContextOfPod(type, (StructType)field.Type), Pointer: true, Embedded: null, SecurityContextOf(value))
                    : InternalFieldOf(field, value));
        }

        return type.Fields.Select(field => InternalFieldOf(field, value));
    }

    private static InternalField InternalFieldOf(SchemaField field, JsonObject value) =>
        new(field.InternalName, field.Type, field.Pointer, field.Embedded, ValueOrZero(field, value));

    private static StructType SecurityContextOfPod(StructType podSpec, StructType securityContext)
    {
        var combined = new StructType(securityContext.StructName, Atomic: false);
        combined.Fields.AddRange(SecurityContextFieldsOfPodSpec.Select(podSpec.Find).OfType<SchemaField>());
        combined.Fields.AddRange(securityContext.Fields);
        return combined;
    }

    private static JsonObject? SecurityContextOf(JsonObject podSpec)
    {
        JsonObject? context = podSpec.Object("securityContext")?.Copy();
        foreach (string name in SecurityContextFieldsOfPodSpec.Where(podSpec.Has))
        {
            (context ??= [])[name] = podSpec[name]!.DeepClone();
        }

        return context;
    }

    private static JsonNode? ValueOrZero(SchemaField field, JsonObject value) =>
        value[field.Name] ?? (field.Pointer ? null : ZeroOf(field.Type));

    private static JsonNode? ZeroOf(SchemaType type) => type switch
    {
        ScalarType { Kind: ScalarKind.String } => JsonValue.Create(""),
        ScalarType { Kind: ScalarKind.Bool } => JsonValue.Create(false),
        ScalarType => JsonValue.Create(0),
        StructType => new JsonObject(),
        OpaqueType { Name: "resource.Quantity" } => JsonValue.Create("0"),
        _ => null,
    };
}
