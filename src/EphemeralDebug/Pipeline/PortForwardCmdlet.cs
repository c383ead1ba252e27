using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>The base of the cmdlets that look for port forwards: nothing is asked of a cluster.</summary>
public abstract class PortForwardCmdlet : AsyncCmdlet
{
    private protected const string PodSet = "Pod";
    private protected const string IdSet = "Id";

    /// <summary>Only those to these pods, by name or <c>namespace/name</c>; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = PodSet, Position = 0)]
    [PodTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The ids of the port forwards.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public int[] Id { get; set; } = [];

    /// <summary>Only those of these ports, local or of the pod.</summary>
    [Parameter(ParameterSetName = PodSet)]
    [ValidateRange(1, 65535)]
    [ValidateNotNullOrEmpty]
    public int[]? Port { get; set; }

    /// <summary>Only those to pods of this namespace.</summary>
    [Parameter(ParameterSetName = PodSet)]
    [Alias("n")]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Only those of this session; those of every session where none is given.</summary>
    [Parameter]
    [ValidateNotNull]
    public ClusterSession? Session { get; set; }

    /// <summary>The port forwards that are meant; what was named without wildcards and is not there becomes an error.</summary>
    private protected IEnumerable<PortForward> Find()
    {
        PortForward[] all = [.. PortForwardRegistry.All.Where(forward => Session is null || ReferenceEquals(forward.Session, Session))];
        return ParameterSetName is IdSet ? FindByIds(all) : FindByPods(all);
    }

    private List<PortForward> FindByIds(PortForward[] all)
    {
        var found = new List<PortForward>(Id.Length);
        foreach (int id in Id)
        {
            if (Array.Find(all, forward => forward.Id == id) is { } forward)
            {
                found.Add(forward);
            }
            else
            {
                WriteError(ErrorRecords.NoPortForward($"There is no port forward {id}.", id));
            }
        }

        return found;
    }

    private IEnumerable<PortForward> FindByPods(PortForward[] all)
    {
        foreach (PodReference pod in Pod)
        {
            if (pod.Problem is not null)
            {
                WriteError(ErrorRecords.InvalidPod(pod));
            }
            else if (!WildcardPattern.ContainsWildcardCharacters(pod.Name) && !Array.Exists(all, forward => IsTo(forward, pod)))
            {
                WriteError(ErrorRecords.NoPortForward($"There is no port forward to pod '{ControlCharacters.MakeVisible(pod.ToString())}'.", pod.Input ?? pod));
            }
        }

        return all.Where(forward =>
            (Pod.Length == 0 || Array.Exists(Pod, pod => IsTo(forward, pod)))
            && (Port is null || Port.Contains(forward.LocalPort) || Port.Contains(forward.RemotePort))
            && (Namespace is null || IsMatch(Namespace, forward.Namespace)));
    }

    /// <summary>A record of a port forward is bound as a pod too, by its properties; it stands for itself alone.</summary>
    private static bool IsTo(PortForward forward, PodReference pod) =>
        (pod.Input is PSObject wrapper ? wrapper.BaseObject : pod.Input) is PortForward same
            ? ReferenceEquals(same, forward)
            : pod.Problem is null
                && IsMatch(pod.Name, forward.Pod)
                && (pod.Namespace is null || IsMatch(pod.Namespace, forward.Namespace));

    private static bool IsMatch(string pattern, string name) =>
        new WildcardPattern(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant).IsMatch(name);
}
