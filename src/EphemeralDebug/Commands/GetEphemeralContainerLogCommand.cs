using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Logs;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Gets what containers have printed, line by line. Of several containers of a pod the lines come in the order of time; of
/// several pods they come as they are read.
/// </summary>
[Cmdlet(VerbsCommon.Get, "EphemeralContainerLog", DefaultParameterSetName = PodSet)]
[OutputType(typeof(LogLine), typeof(string))]
public sealed class GetEphemeralContainerLogCommand : PodCmdlet
{
    private const string PodSet = "Pod";
    private const string SelectorSet = "Selector";

    /// <summary>A pod that is followed costs little, and one that is not followed would never be seen.</summary>
    private const int PodsFollowed = 1000;

    private LogOptions _options = new();

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

    /// <summary>
    /// The containers; wildcards are allowed and stand for ephemeral containers, a plain name for any container of the pod.
    /// All ephemeral ones where none is given.
    /// </summary>
    [Parameter(Position = 1)]
    [Alias("Container", "c")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>
    /// Go on with what is printed later, until the containers have ended. An ephemeral container that has not started is
    /// waited for. A connection that is lost is taken up again without losing or repeating a line.
    /// </summary>
    [Parameter]
    [Alias("f")]
    public SwitchParameter Follow { get; set; }

    /// <summary>Only the last lines of what each container has printed.</summary>
    [Parameter]
    [Alias("Last")]
    [ValidateRange(0, long.MaxValue)]
    public long? Tail { get; set; }

    /// <summary>Only lines since then: a time, or a duration that ends now.</summary>
    [Parameter]
    public object? Since { get; set; }

    /// <summary>Get the text of the lines alone.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>How long to wait with -Follow for a container that is still starting, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    private protected override int ConcurrentWork =>
        Follow && !MyInvocation.BoundParameters.ContainsKey(nameof(ThrottleLimit)) ? PodsFollowed : ThrottleLimit;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            _options = LogTime.AddTo(new LogOptions { Follow = Follow, Tail = Tail }, Since);
        }
        catch (EphemeralDebugException exception)
        {
            throw Terminate(ErrorRecords.From(exception, Since));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => StartEach(Selector is null ? Pod : Selected(Selector), ReadAsync);

    private async Task ReadAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(NamespaceFor(reference, session), reference.Name, cancellationToken);
        string[] names = [.. LogChoice.Choose(pod, Name ?? (reference.Container is { } container ? [container] : []), IsMatch)];
        if (names.Length == 0)
        {
            EmitVerbose($"Pod {pod.Metadata?.Namespace}/{pod.Metadata?.Name} has no ephemeral container whose log could be read.");
            return;
        }

        object target = reference.Input ?? reference;
        if (Follow)
        {
            (pod, names) = await WaitForStartAsync(session, pod, names, target, cancellationToken);
        }

        if (string.IsNullOrEmpty(pod.Spec?.NodeName))
        {
            throw LogErrors.NoNode(pod);
        }

        using var group = new LogGroup(
            [.. names.Select(name => new LogReader(session, LogSource.Of(pod, name), _options))],
            (_, failure) => EmitError(ErrorRecords.From(failure, target)));
        await foreach (IReadOnlyList<LogLine> lines in group.ReadAsync(Follow, cancellationToken))
        {
            await EmitAsync(lines);
        }
    }

    /// <summary>Waits for the ephemeral containers of these; who will never start is an error of its own.</summary>
    private async Task<(PodResource Pod, string[] Started)> WaitForStartAsync(
        ClusterSession session, PodResource pod, string[] names, object target, CancellationToken cancellationToken)
    {
        bool[] started = await Task.WhenAll(names.Select(async name =>
        {
            if (ContainerReader.Find(pod, name, session) is not { State: ContainerState.Pending or ContainerState.Waiting })
            {
                return true;
            }

            try
            {
                await WaitAsync(session, pod, name, new WaitOptions { Timeout = Seconds(TimeoutSec) }, cancellationToken);
                return true;
            }
            catch (EphemeralDebugException exception)
            {
                EmitError(ErrorRecords.From(exception, target));
                return false;
            }
        }));
        PodResource current = await session.Pods.GetAsync(pod.Metadata!.Namespace!, pod.Metadata.Name!, cancellationToken);
        return (current, [.. names.Where((_, index) => started[index])]);
    }

    /// <summary>Returns when the pipeline has taken the lines, so that a slow one slows the reading.</summary>
    private Task<bool> EmitAsync(IReadOnlyList<LogLine> lines) => InPipelineAsync(() =>
    {
        foreach (LogLine line in lines)
        {
            WriteObject(Raw ? line.Text : line);
        }

        return true;
    });

    private static bool IsMatch(string pattern, string name) =>
        new WildcardPattern(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant).IsMatch(name);
}
