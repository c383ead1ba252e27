using System.Net;
using System.Net.Sockets;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Forwarding;

/// <summary>What keeps a port forward from starting.</summary>
internal static class ForwardErrors
{
    public static EphemeralDebugException InvalidPort(string text) => new(
        "InvalidPort",
        FailureKind.InvalidArgument,
        $"'{ControlCharacters.MakeVisible(text)}' is no port to forward.",
        "Write 8080, 8080:80 (local:pod), :80 for any free local port, or the name of a port of the pod in place of its number.");

    public static EphemeralDebugException InvalidAddress(string text) => new(
        "InvalidAddress",
        FailureKind.InvalidArgument,
        $"'{ControlCharacters.MakeVisible(text)}' is no address to listen on.",
        "Write localhost or an IP address of this machine.");

    public static EphemeralDebugException NoSuchPort(PodResource pod, string name, IEnumerable<ContainerPort> declared)
    {
        string[] names = [.. declared.Where(static port => port.Name is not null).Select(static port => port.Name!)];
        string there = names.Length == 0 ? "its containers name none" : $"there is {string.Join(", ", names)}";
        return new EphemeralDebugException(
            "PortNotFound",
            FailureKind.NotFound,
            ControlCharacters.MakeVisible($"Pod '{Name(pod)}' has no port named '{name}'; {there}."),
            "Give the port's number; it need not be declared in the pod.");
    }

    public static EphemeralDebugException NotTcp(PodResource pod, string port, string protocol) => new(
        "PortNotTcp",
        FailureKind.InvalidArgument,
        ControlCharacters.MakeVisible($"Port {port} of pod '{Name(pod)}' speaks {protocol}, and only TCP can be forwarded."),
        "Choose a port of TCP.");

    public static EphemeralDebugException NotRunning(PodResource pod) => new(
        "PodNotRunning",
        FailureKind.InvalidOperation,
        $"Ports of pod '{Name(pod)}' cannot be forwarded: it is not running (phase {ControlCharacters.MakeVisible(pod.Status?.Phase ?? "unknown")}).",
        "Wait until it runs, or choose a pod that does.");

    /// <summary>None of the addresses could be listened on.</summary>
    public static EphemeralDebugException NotListening(IPAddress address, int port, SocketException cause)
    {
        string where = new IPEndPoint(address, port).ToString();
        return cause.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => new EphemeralDebugException(
                "LocalPortInUse",
                FailureKind.Conflict,
                $"Another program listens on {where}, or another port forward.",
                "Choose another local port, or any free one with a colon before the port of the pod, as in :80.",
                cause),
            SocketError.AccessDenied => new EphemeralDebugException(
                "LocalPortNotAllowed",
                FailureKind.PermissionDenied,
                $"This user may not listen on {where}: {cause.Message}",
                "Choose a local port above 1023, or any free one with a colon before the pod's port.",
                cause),
            _ => new EphemeralDebugException(
                "AddressNotAvailable",
                FailureKind.InvalidArgument,
                $"It is not possible to listen on {where}: {cause.Message}",
                "Give localhost or an address of this machine.",
                cause),
        };
    }

    private static string Name(PodResource pod) => $"{pod.Metadata?.Namespace}/{pod.Metadata?.Name}";
}
