using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Waits until containers are running or terminated, and gets them as they then are.</summary>
[Cmdlet(VerbsLifecycle.Wait, "EphemeralContainer", DefaultParameterSetName = PodSet)]
[OutputType(typeof(EphemeralContainer))]
public sealed class WaitEphemeralContainerCommand : PodCmdlet
{
    private const string PodSet = "Pod";
    private const string SelectorSet = "Selector";

    /// <summary>The pods, workloads, which stand for all of their pods, or records of containers.</summary>
    [Parameter(ParameterSetName = PodSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The pods with these labels, such as <c>app=web,tier!=front</c>.</summary>
    [Parameter(ParameterSetName = SelectorSet, Mandatory = true)]
    [Alias("l", "LabelSelector")]
    [ValidateNotNullOrEmpty]
    public string? Selector { get; set; }

    /// <summary>The containers; wildcards are allowed. All of the pod where none is given.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>What to wait for: Running (a container that has ended already counts) or Terminated.</summary>
    [Parameter]
    [Alias("For")]
    [ValidateSet(nameof(ContainerState.Running), nameof(ContainerState.Terminated))]
    public string Until { get; set; } = nameof(ContainerState.Running);

    /// <summary>The longest wait, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    /// <summary>How long a start may keep failing before the wait ends, in seconds.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public double StartGraceSec { get; set; } = 15;

    /// <inheritdoc/>
    protected override void ProcessRecord() => StartEach(Selector is null ? Pod : Selected(Selector), WaitAsync);

    private async Task WaitAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(NamespaceFor(reference, session), reference.Name, cancellationToken);
        var names = new ContainerNames(Name, reference.Container);
        if (names.FindMissing(pod) is { } missing)
        {
            throw WaitErrors.NoSuchContainer(pod, missing);
        }

        string[] wanted = [.. ContainerReader.Read(pod, session).Select(c => c.Name).Where(names.Match)];
        await Task.WhenAll(wanted.Select(name => WaitForOneAsync(session, pod, name, reference, cancellationToken)));
    }

    private async Task WaitForOneAsync(
        ClusterSession session, PodResource pod, string name, PodReference reference, CancellationToken cancellationToken)
    {
        var options = new WaitOptions
        {
            Until = Enum.Parse<ContainerState>(Until, ignoreCase: true),
            Timeout = Seconds(TimeoutSec),
            StartGrace = Seconds(StartGraceSec),
        };
        try
        {
            Emit(await WaitAsync(session, pod, name, options, cancellationToken));
        }
        catch (EphemeralDebugException exception)
        {
            EmitError(ErrorRecords.From(exception, reference.Input ?? reference));
        }
    }
}
