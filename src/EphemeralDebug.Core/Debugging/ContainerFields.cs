using System.Text.Json;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>
/// The fields of a container (core/v1): their JSON kinds, the keys by which a strategic merge matches the items of
/// a list, and whether an ephemeral container may have them.
/// </summary>
internal static class ContainerFields
{
    private static readonly Dictionary<string, Field> Known = new(StringComparer.Ordinal)
    {
        ["args"] = new(JsonValueKind.Array),
        ["command"] = new(JsonValueKind.Array),
        ["env"] = new(JsonValueKind.Array, MergeKey: "name"),
        ["envFrom"] = new(JsonValueKind.Array),
        ["image"] = new(JsonValueKind.String),
        ["imagePullPolicy"] = new(JsonValueKind.String),
        ["lifecycle"] = new(JsonValueKind.Object, Ephemeral: false),
        ["livenessProbe"] = new(JsonValueKind.Object, Ephemeral: false),
        ["name"] = new(JsonValueKind.String),
        ["ports"] = new(JsonValueKind.Array, MergeKey: "containerPort", Ephemeral: false),
        ["readinessProbe"] = new(JsonValueKind.Object, Ephemeral: false),
        ["resizePolicy"] = new(JsonValueKind.Array, Ephemeral: false),
        ["resources"] = new(JsonValueKind.Object, Ephemeral: false),
        ["restartPolicy"] = new(JsonValueKind.String, Ephemeral: false),
        ["restartPolicyRules"] = new(JsonValueKind.Array, Ephemeral: false),
        ["securityContext"] = new(JsonValueKind.Object),
        ["startupProbe"] = new(JsonValueKind.Object, Ephemeral: false),
        ["stdin"] = new(JsonValueKind.True),
        ["stdinOnce"] = new(JsonValueKind.True),
        ["targetContainerName"] = new(JsonValueKind.String),
        ["terminationMessagePath"] = new(JsonValueKind.String),
        ["terminationMessagePolicy"] = new(JsonValueKind.String),
        ["tty"] = new(JsonValueKind.True),
        ["volumeDevices"] = new(JsonValueKind.Array, MergeKey: "devicePath"),
        ["volumeMounts"] = new(JsonValueKind.Array, MergeKey: "mountPath"),
        ["workingDir"] = new(JsonValueKind.String),
    };

    /// <summary>
    /// The key by which a strategic merge matches the items of the list, or null where the whole list is replaced
    /// (<c>patchMergeKey</c> in k8s.io/api <c>core/v1/types.go</c>).
    /// </summary>
    public static string? MergeKeyOf(string field) => Known.GetValueOrDefault(field)?.MergeKey;

    /// <summary>The API server refuses every field that it does not allow, so an unknown one counts as refused.</summary>
    public static bool IsAllowedInEphemeralContainer(string field) => Known.GetValueOrDefault(field) is { Ephemeral: true };

    /// <summary>Whether this code has heard of the field; a newer server may know more.</summary>
    public static bool IsKnown(string field) => Known.ContainsKey(field);

    /// <summary>What the value should be ("a list"), or null when it has the right kind or the field is unknown.</summary>
    public static string? FindWrongKind(string field, JsonNode value)
    {
        if (Known.GetValueOrDefault(field) is not { } known)
        {
            return null;
        }

        JsonValueKind kind = value.GetValueKind();
        bool matches = kind == known.Kind || (kind == JsonValueKind.False && known.Kind == JsonValueKind.True);
        return matches ? null : Describe(known.Kind);
    }

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a string",
        _ => "true or false",
    };

    private sealed record Field(JsonValueKind Kind, string? MergeKey = null, bool Ephemeral = true);
}
