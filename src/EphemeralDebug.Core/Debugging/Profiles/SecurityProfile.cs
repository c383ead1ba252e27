using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Profiles;

/// <summary>
/// What each profile does to the container that debugs a pod. The rules are kubectl's; tests/Conformance/kubectl-debug.json
/// holds recordings of them.
/// </summary>
internal static class SecurityProfile
{
    /// <summary>Changes the container's security context as the profile says.</summary>
    /// <exception cref="PlanException">There is no such profile, or it was to be chosen for the pod and was not.</exception>
    public static void Apply(DebugProfile profile, JsonObject container) => Apply(profile, container, NodeSystem.Linux);

    /// <inheritdoc cref="Apply(DebugProfile, JsonObject)"/>
    public static void Apply(DebugProfile profile, JsonObject container, NodeSystem system)
    {
        Action<JsonObject> change = profile switch
        {
            DebugProfile.Legacy => static _ => { },
            DebugProfile.General => static c => AddCapabilities(c, "SYS_PTRACE"),
            DebugProfile.Baseline => Clear,
            DebugProfile.Restricted when system.IsWindows => static c => SecurityContext(c)["runAsNonRoot"] = true,
            DebugProfile.Restricted => Restrict,
            DebugProfile.NetAdmin => static c => AddCapabilities(c, "NET_ADMIN", "NET_RAW"),
            DebugProfile.SysAdmin => static c => SecurityContext(c)["privileged"] = true,
            DebugProfile.Auto => throw OptionText.ProfileNotChosen(),
            _ => throw OptionText.UnknownProfile(profile.ToString()),
        };
        change(container);
    }

    private static void Clear(JsonObject container) => container.Remove("securityContext");

    private static void Restrict(JsonObject container) =>
        container["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
            ["runAsNonRoot"] = true,
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        };

    private static void AddCapabilities(JsonObject container, params ReadOnlySpan<string> capabilities)
    {
        JsonObject context = SecurityContext(container);
        JsonNode set = context["capabilities"] ??= new JsonObject();
        var added = (JsonArray)(set["add"] ??= new JsonArray());
        foreach (string capability in capabilities)
        {
            added.Add((JsonNode)capability);
        }
    }

    private static JsonObject SecurityContext(JsonObject container) =>
        (JsonObject)(container["securityContext"] ??= new JsonObject());
}
