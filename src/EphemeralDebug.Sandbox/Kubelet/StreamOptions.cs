using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>The query of an exec or attach request.</summary>
internal sealed record StreamOptions(bool Stdin, bool Stdout, bool Stderr, bool Tty)
{
    public static StreamOptions Parse(IQueryCollection query) =>
        new(IsTrue(query["stdin"]), IsTrue(query["stdout"]), IsTrue(query["stderr"]), IsTrue(query["tty"]));

    /// <summary>Kubernetes' reading of booleans: everything is true but 0, false and what is missing.</summary>
    public static bool IsTrue(StringValues values) =>
        values.Count > 0 && values[0]?.ToLowerInvariant() is not ("0" or "false");
}
