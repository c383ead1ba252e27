using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Commands;
using EphemeralDebug.Debugging.Workloads;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Runs a command in an ephemeral container of each pod: one that runs and fits, or one that is added and ended
/// afterwards. Gets one result per pod. An exit code that is not 0 is no error.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "EphemeralCommand", SupportsShouldProcess = true, DefaultParameterSetName = PodSet)]
[OutputType(typeof(CommandResult), typeof(CommandOutputLine), typeof(Job))]
public sealed partial class InvokeEphemeralCommandCommand : AddingCmdlet
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(5);

    /// <summary>The user does not wait any more.</summary>
    private static readonly TimeSpan s_hastyStopLimit = TimeSpan.FromMilliseconds(500);

    private readonly List<PodReference> _later = [];

    private WaitOptions StartLimits => new() { Timeout = TimeoutSec is { } seconds ? Seconds(seconds) : s_startLimit };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        CheckParameters();
        FindInputFile();
        if (ParameterSetName is PodSet && HasInput && InputFile is null)
        {
            _input.Add(StandardInput);
            _inputBytes = _input.ToBytes();
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName is not PodSet && HasInput && InputFile is null)
        {
            _input.Add(StandardInput);
        }

        if (ParameterSetName is PodSet && !AsJob)
        {
            AddToEach(Pod, RunAsync);
        }
        else if (ParameterSetName is PodSet || _later.Count == 0)
        {
            _later.AddRange(Selector is null ? Pod : Selected(Selector));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName is not PodSet && HasInput && InputFile is null)
        {
            _inputBytes = _input.ToBytes();
        }

        if (AsJob)
        {
            StartJob();
        }
        else
        {
            AddToEach([.. _later], RunAsync);
        }

        base.EndProcessing();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _input.Dispose();
        }
    }

    private protected override PodScope ScopeOf(WorkloadReference workload) => PodScope.Living;

    private async Task RunAsync(ClusterSession session, PodReference reference, QuestionTurn turn, CancellationToken cancellationToken)
    {
        using PodProgress progress = Progress.Begin();
        try
        {
            if ((Container ?? reference.Container) is { } name)
            {
                await RunInExistingAsync(session, reference, name, turn, progress, cancellationToken);
            }
            else if (await CreateAsync(session, reference, reuse: true, turn, cancellationToken) is { } created)
            {
                await UseAsync(created, () => RunInCreatedAsync(session, reference, created, progress, cancellationToken));
            }
        }
        catch (EphemeralDebugException exception) when (!IsStopping)
        {
            Emit(new CommandResult(NamespaceFor(reference, session), reference.Name, container: null)
            {
                Error = exception.Message,
                ErrorId = exception.ErrorId,
            });
            throw;
        }
    }

    private async Task RunInExistingAsync(
        ClusterSession session, PodReference reference, string name, QuestionTurn turn, PodProgress progress, CancellationToken cancellationToken)
    {
        long started = session.Time.GetTimestamp();
        PodResource pod = await session.Pods.GetAsync(NamespaceFor(reference, session), reference.Name, cancellationToken);
        EphemeralContainer container = ContainerReader.Find(pod, name, session) ?? throw WaitErrors.NoSuchContainer(pod, name);
        await turn.WaitAsync(cancellationToken);
        bool agreed = await InPipelineAsync(() => ShouldProcess(container.ToString(), "Run a command"));
        turn.Dispose();
        if (agreed)
        {
            container = await WaitAsync(session, pod, container.Name, StartLimits, cancellationToken);
            await RunInAsync(session, reference, container, session.Time.GetElapsedTime(started), progress, cancellationToken);
        }
    }

    private async Task RunInCreatedAsync(
        ClusterSession session, PodReference reference, PodContainer created, PodProgress progress, CancellationToken cancellationToken)
    {
        long started = session.Time.GetTimestamp();
        EphemeralContainer container = await WaitAsync(session, created.Pod, created.Plan.Name, StartLimits, cancellationToken);
        try
        {
            await RunInAsync(session, reference, container, session.Time.GetElapsedTime(started), progress, cancellationToken);
        }
        finally
        {
            if (!created.Reused && !Keep)
            {
                await EndAsync(session, created, container, cancellationToken);
            }
        }
    }

    private async Task RunInAsync(
        ClusterSession session, PodReference reference, EphemeralContainer container, TimeSpan passed, PodProgress progress, CancellationToken cancellationToken)
    {
        progress.Run();
        RemoteCommand command = RemoteCommand;
        using var collected = new CollectedOutput(MaximumOutputSize);
        ICommandOutput output = Stream ? new StreamedLines(container, EmitLinesAsync) : collected;
        long started = session.Time.GetTimestamp();
        long? exitCode = null;
        EphemeralDebugException? failure = null;
        try
        {
            exitCode = await new CommandRunner(session).RunAsync(container, command, output, Limits with { Passed = passed }, cancellationToken);
            progress.Succeed();
        }
        catch (EphemeralDebugException exception)
        {
            failure = exception;
        }

        await EmitResultAsync(new CommandResult(container.Namespace, container.Pod, container.Name)
        {
            Command = command.For(container),
            ExitCode = exitCode,
            Output = Raw ? collected.Output : collected.OutputLines,
            ErrorOutput = Raw ? collected.ErrorOutput : collected.ErrorOutputLines,
            Duration = session.Time.GetElapsedTime(started),
            Error = failure?.Message,
            ErrorId = failure?.ErrorId,
        });
        if (failure is not null)
        {
            EmitError(ErrorRecords.From(failure, reference.Input ?? reference));
        }
    }

    /// <summary>Ends what was added; what a stop leaves no time for is told.</summary>
    private async Task EndAsync(ClusterSession session, PodContainer created, EphemeralContainer container, CancellationToken stopping)
    {
        using var haste = new CancellationTokenSource();
        await using CancellationTokenRegistration hurry = stopping.Register(() => haste.CancelAfter(s_hastyStopLimit));
        try
        {
            await new ContainerStopper(session).StopAsync(container, haste.Token);
            Release(created);
        }
        catch (OperationCanceledException)
        {
            // It is told with the others that go on.
        }
        catch (EphemeralDebugException exception) when (!IsStopping)
        {
            EmitError(ErrorRecords.From(exception, container));
        }
        catch (EphemeralDebugException)
        {
            // Nothing can be written any more; it is told with the others that go on.
        }
    }

    /// <summary>The command waits until its output was taken, so that nothing piles up here.</summary>
    private Task EmitResultAsync(CommandResult result) => InPipelineAsync(() =>
    {
        WriteObject(result);
        return true;
    });

    private Task EmitLinesAsync(IReadOnlyList<CommandOutputLine> lines) => InPipelineAsync(() =>
    {
        WriteObject(lines, enumerateCollection: true);
        return true;
    });

    private void StartJob()
    {
        var parameters = new Dictionary<string, object?>(MyInvocation.BoundParameters, StringComparer.OrdinalIgnoreCase);
        foreach (string name in parameters.Keys.Where(IsOfThisPipeline))
        {
            parameters.Remove(name);
        }

        if (Selector is null)
        {
            parameters[nameof(Pod)] = _later.Select(pod => pod with { Session = SessionFor(pod) }).ToArray();
        }
        else
        {
            parameters[nameof(Session)] = SessionFor();
        }

        if (_inputBytes is not null)
        {
            parameters[nameof(StandardInput)] = _inputBytes;
        }

        var job = new CommandJob(MyInvocation.Line, MyInvocation.MyCommand.Name, GetType(), parameters);
        JobRepository.Add(job);
        job.Start();
        WriteObject(job);
    }

    private static bool IsOfThisPipeline(string parameter) =>
        parameter is nameof(AsJob) or "OutBuffer" || parameter.EndsWith("Variable", StringComparison.Ordinal);
}
