using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>
/// Why a container may not be in a namespace of a level, by the Pod Security Standards: the rules that look at a
/// container's security context.
/// </summary>
internal static class PodSecurityRules
{
    private static readonly string[] BaselineCapabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID",
        "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    /// <summary>What a container violates, each in words; empty when nothing.</summary>
    public static IEnumerable<string> Violations(JsonObject pod, JsonObject container, PodSecurityLevel level)
    {
        JsonNode? own = container["securityContext"];
        JsonNode? ofPod = pod["spec"]?["securityContext"];
        bool isWindows = pod["spec"]?["os"]?["name"].Text() == "windows";
        return level switch
        {
            PodSecurityLevel.Privileged => [],
            PodSecurityLevel.Baseline => Baseline(own),
            _ => [.. Baseline(own), .. Restricted(own, ofPod), .. isWindows ? [] : RestrictedLinux(own, ofPod)],
        };
    }

    private static IEnumerable<string> Baseline(JsonNode? context)
    {
        if (Is(context?["privileged"], value: true))
        {
            yield return "it is privileged";
        }

        foreach (string capability in Texts(context?["capabilities"]?["add"]).Except(BaselineCapabilities, StringComparer.Ordinal))
        {
            yield return $"it adds the capability {ControlCharacters.MakeVisible(capability)}";
        }

        if (context?["procMount"].Text() is not (null or "Default"))
        {
            yield return "it changes procMount";
        }

        if (context?["seccompProfile"]?["type"].Text() == "Unconfined" || context?["appArmorProfile"]?["type"].Text() == "Unconfined")
        {
            yield return "it is unconfined";
        }

        if (Is(context?["windowsOptions"]?["hostProcess"], value: true))
        {
            yield return "it is a host process";
        }
    }

    private static IEnumerable<string> Restricted(JsonNode? own, JsonNode? ofPod)
    {
        if (!Is(own?["runAsNonRoot"] ?? ofPod?["runAsNonRoot"], value: true))
        {
            yield return "it does not set runAsNonRoot";
        }

        if ((own?["runAsUser"] ?? ofPod?["runAsUser"])?.ToJsonString() == "0")
        {
            yield return "it runs as user 0";
        }
    }

    private static IEnumerable<string> RestrictedLinux(JsonNode? own, JsonNode? ofPod)
    {
        if (!Is(own?["allowPrivilegeEscalation"], value: false))
        {
            yield return "it allows privilege escalation";
        }

        if (!Texts(own?["capabilities"]?["drop"]).Contains("ALL", StringComparer.Ordinal))
        {
            yield return "it does not drop all capabilities";
        }

        if (Texts(own?["capabilities"]?["add"]).Intersect(BaselineCapabilities, StringComparer.Ordinal).Any(c => c != "NET_BIND_SERVICE"))
        {
            yield return "it adds capabilities";
        }

        if ((own?["seccompProfile"] ?? ofPod?["seccompProfile"])?["type"].Text() is not ("RuntimeDefault" or "Localhost"))
        {
            yield return "it sets no seccompProfile";
        }
    }

    private static bool Is(JsonNode? node, bool value) =>
        node?.GetValueKind() == (value ? JsonValueKind.True : JsonValueKind.False);

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(item => item.Text()).OfType<string>();
}
