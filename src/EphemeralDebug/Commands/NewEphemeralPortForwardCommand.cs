using System.Management.Automation;
using System.Net;
using EphemeralDebug.Debugging.Workloads;
using EphemeralDebug.Forwarding;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Makes local ports whose connections are passed on to a pod, and returns when they are listened on.</summary>
[Cmdlet(VerbsCommon.New, "EphemeralPortForward", DefaultParameterSetName = PodSet)]
[OutputType(typeof(PortForward))]
public sealed class NewEphemeralPortForwardCommand : PodCmdlet
{
    private const string PodSet = "Pod";
    private const string SelectorSet = "Selector";

    private IReadOnlyList<IPAddress> _addresses = [];

    /// <summary>The pods. A workload such as deployment/web stands for the one of its pods that kubectl would choose.</summary>
    [Parameter(ParameterSetName = PodSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The pod with these labels, such as <c>app=web,tier!=front</c>; of several the one that kubectl would choose.</summary>
    [Parameter(ParameterSetName = SelectorSet, Mandatory = true)]
    [Alias("l", "LabelSelector")]
    [ValidateNotNullOrEmpty]
    public string? Selector { get; set; }

    /// <summary>
    /// The ports: <c>8080</c>, <c>8080:80</c> (local:pod), <c>:80</c> for any free local port, or the name of a port of
    /// the pod in place of its number, as in <c>8080:http</c>. They are the pod's own ports, of a service's pod too.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Port { get; set; } = [];

    /// <summary>The addresses of this machine to listen on: IP addresses, or localhost, which is 127.0.0.1 and ::1.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Address { get; set; } = ["localhost"];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            _addresses = LocalAddresses.Parse(Address);
        }
        catch (EphemeralDebugException exception)
        {
            throw Terminate(ErrorRecords.From(exception, Address));
        }

        if (_addresses.Where(LocalAddresses.IsReachable).ToArray() is { Length: > 0 } reachable)
        {
            WriteWarning($"Whoever reaches this machine at {string.Join(" or ", reachable.AsEnumerable())} gets through to the pod, with no further check.");
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => StartEach(Selector is null ? Pod : Selected(Selector), ForwardAsync);

    private protected override PodScope ScopeOf(WorkloadReference workload) => PodScope.One;

    private async Task ForwardAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken)
    {
        PortForwardStarter starter = await PortForwardStarter.CreateAsync(
            session, NamespaceFor(reference, session), reference.Name, cancellationToken);
        foreach (string port in Port)
        {
            try
            {
                PortForward forward = starter.Start(PortSpec.Parse(port), _addresses, EmitWarning);
                PortForwardRegistry.Add(forward);
                Emit(forward);
            }
            catch (EphemeralDebugException exception)
            {
                EmitError(ErrorRecords.From(exception, port));
            }
        }
    }
}
