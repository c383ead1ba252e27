using System.Globalization;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Forwarding;

/// <summary>
/// Which local port leads to which port of the pod, as kubectl writes it: <c>8080</c>, <c>8080:80</c>, <c>:80</c> for any
/// free local port, and a name of the pod's own such as <c>http</c> in place of its number.
/// </summary>
/// <param name="Local">The local port; 0 for any that is free, null for the same number as in the pod.</param>
/// <param name="Remote">The number or the name of the port in the pod.</param>
internal sealed record PortSpec(int? Local, string Remote)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="EphemeralDebugException">It is none.</exception>
    public static PortSpec Parse(string text)
    {
        string[] parts = text.Trim().Split(':');
        return parts switch
        {
            [var remote] => new PortSpec(Local: null, ReadRemote(remote, text)),
            ["", var remote] => new PortSpec(0, ReadRemote(remote, text)),
            [var local, var remote] when ReadNumber(local) is { } number => new PortSpec(number, ReadRemote(remote, text)),
            _ => throw ForwardErrors.InvalidPort(text),
        };
    }

    /// <summary>The port in the pod, whose name is looked up there.</summary>
    /// <exception cref="EphemeralDebugException">The pod has no port of that name, or not one of TCP.</exception>
    public int FindRemotePort(PodResource pod)
    {
        ContainerPort[] declared = [.. DeclaredPorts(pod)];
        int? number = ReadNumber(Remote);
        ContainerPort[] meant = [.. declared.Where(port => number is null
            ? string.Equals(port.Name, Remote, StringComparison.Ordinal)
            : port.Number == number)];
        if (number is null && meant.Length == 0)
        {
            throw ForwardErrors.NoSuchPort(pod, Remote, declared);
        }

        // A number need not be declared at all, but one that is declared for other protocols alone is a mistake.
        return meant.Length == 0 || Array.Exists(meant, static port => port.IsTcp)
            ? number ?? Array.Find(meant, static port => port.IsTcp)!.Number
            : throw ForwardErrors.NotTcp(pod, Remote, meant[0].Protocol!);
    }

    private static IEnumerable<ContainerPort> DeclaredPorts(PodResource pod) =>
        (pod.Spec?.Containers ?? []).Concat(pod.Spec?.InitContainers ?? []).SelectMany(static container => container.Ports ?? []);

    private static string ReadRemote(string remote, string text) => ReadNumber(remote) switch
    {
        > 0 => remote,
        null when IsName(remote) => remote,
        _ => throw ForwardErrors.InvalidPort(text),
    };

    // A name has a letter (IANA_SVC_NAME), so that it cannot be taken for a number that is out of range.
    private static bool IsName(string text) =>
        text.Any(char.IsAsciiLetter) && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');

    private static int? ReadNumber(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) ? number : null;
}
