using System.Collections;
using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Adds an ephemeral container to running pods. It cannot be taken back: the container stays until the pod ends.</summary>
[Cmdlet(VerbsCommon.New, "EphemeralContainer", SupportsShouldProcess = true, DefaultParameterSetName = AddSet)]
[OutputType(typeof(EphemeralContainer))]
[OutputType(typeof(ShellResult), ParameterSetName = [EnterSet])]
public sealed class NewEphemeralContainerCommand : ShellCmdlet
{
    private const string AddSet = "Add";
    private const string EnterSet = "Enter";

    /// <summary>Whether to go on is asked in the order of the input, however many pods are worked on at once.</summary>
    private Task _lastQuestion = Task.CompletedTask;

    /// <summary>The pods.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The image.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [AllowEmptyString]
    public string Image { get; set; } = "";

    /// <summary>The name of the new container; a random one where none is given.</summary>
    [Parameter]
    [Alias("Container")]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The container of the pod whose processes the new one sees.</summary>
    [Parameter]
    [Alias("TargetContainer")]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>
    /// What to run in place of the image's entry point, argument by argument. Without it the container waits to be
    /// entered. With -Enter the container waits and this runs in the terminal.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Command { get; set; }

    /// <summary>Arguments for the image's own entry point.</summary>
    [Parameter]
    [Alias("Args")]
    [ValidateNotNullOrEmpty]
    public string[]? ArgumentList { get; set; }

    /// <summary>Run what the image is made to run, in place of waiting to be entered.</summary>
    [Parameter]
    public SwitchParameter ImageCommand { get; set; }

    /// <summary>Environment variables.</summary>
    [Parameter]
    [Alias("Env")]
    [ValidateNotNull]
    public IDictionary? Environment { get; set; }

    /// <summary>When the image is pulled; the server's own rule where none is given.</summary>
    [Parameter]
    public ImagePullPolicy? ImagePullPolicy { get; set; }

    /// <summary>The security settings, by kubectl's names.</summary>
    [Parameter]
    public DebugProfile Profile { get; set; } = DebugProfile.General;

    /// <summary>Keep the container's standard input open.</summary>
    [Parameter]
    public SwitchParameter Stdin { get; set; }

    /// <summary>Give the container a terminal; needs -Stdin.</summary>
    [Parameter]
    public SwitchParameter Tty { get; set; }

    /// <summary>Wait until the container runs, or has ended.</summary>
    [Parameter(ParameterSetName = AddSet)]
    public SwitchParameter Wait { get; set; }

    /// <summary>Put a shell in the container into this terminal. When it ends, the container is ended too.</summary>
    [Parameter(ParameterSetName = EnterSet, Mandatory = true)]
    public SwitchParameter Enter { get; set; }

    /// <summary>Attach to the container's own process, which is then the image's, in place of running a shell.</summary>
    [Parameter(ParameterSetName = EnterSet)]
    public SwitchParameter Attach { get; set; }

    /// <summary>Keep the container when the shell has ended.</summary>
    [Parameter(ParameterSetName = EnterSet)]
    public SwitchParameter Keep { get; set; }

    /// <summary>The longest wait for the container's start, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    /// <summary>How long a start may keep failing before the wait ends, in seconds.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public double StartGraceSec { get; set; } = 15;

    private bool Attaches => Attach || Stdin;

    private WaitOptions StartLimits => new() { Timeout = Seconds(TimeoutSec), StartGrace = Seconds(StartGraceSec) };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Enter && !MyInvocation.BoundParameters.ContainsKey("WhatIf"))
        {
            RequireTerminal();
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Enter)
        {
            CompleteEach(Pod, AddAndEnterAsync);
        }
        else
        {
            StartEach(Pod, PrepareToAdd);
        }
    }

    private Func<CancellationToken, Task> PrepareToAdd(ClusterSession session, PodReference reference)
    {
        Task before = _lastQuestion;
        var asked = new TaskCompletionSource();
        _lastQuestion = asked.Task;
        return async token =>
        {
            try
            {
                await AddAsync(session, reference, new Turn(before, asked), token);
            }
            finally
            {
                asked.TrySetResult();
            }
        };
    }

    private async Task AddAsync(ClusterSession session, PodReference reference, Turn turn, CancellationToken cancellationToken)
    {
        if (await CreateAsync(session, reference, turn, cancellationToken) is not (PodResource pod, string name))
        {
            return;
        }

        Emit(Wait
            ? await WaitAsync(session, pod, name, StartLimits, cancellationToken)
            : ContainerReader.Find(pod, name, session)!);
    }

    private async Task AddAndEnterAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken)
    {
        if (await CreateAsync(session, reference, Turn.Now, cancellationToken) is not (PodResource pod, string name))
        {
            return;
        }

        EphemeralContainer container = await WaitAsync(session, pod, name, StartLimits, cancellationToken);
        var options = new ShellOptions { Attach = Attaches, Command = Attaches ? [] : Command ?? [] };
        ShellResult result = await EnterAsync(session, container, options, cancellationToken);
        if (!Keep && !result.Detached && container.Marker is not null)
        {
            await new ContainerStopper(session).StopAsync(container, cancellationToken);
        }
    }

    /// <summary>Adds the container when the user agrees; null when not.</summary>
    private async Task<(PodResource Pod, string Name)?> CreateAsync(
        ClusterSession session, PodReference reference, Turn turn, CancellationToken cancellationToken)
    {
        var creator = new ContainerCreator(session);
        ContainerPlan plan = await creator.PlanAsync(
            NamespaceFor(reference, session), reference.Name, CreateOptions(), cancellationToken);
        string what = $"Add ephemeral container '{plan.Name}' (image {plan.Image}{(plan.Target is null ? "" : $", target {plan.Target}")}, profile {Profile}), which stays until the pod ends";
        await turn.Before.WaitAsync(cancellationToken);
        bool agreed = await InPipelineAsync(() => ShouldProcess($"pod {plan.Namespace}/{plan.Pod}", what));
        turn.Asked.TrySetResult();
        return agreed ? (await creator.ApplyAsync(plan, cancellationToken), plan.Name) : null;
    }

    private ContainerOptions CreateOptions()
    {
        var options = new ContainerOptions
        {
            Image = Image,
            Name = Name,
            Target = Target,
            Command = Enter ? [] : Command ?? [],
            Arguments = ArgumentList ?? [],
            Environment = ReadEnvironment(),
            PullPolicy = ImagePullPolicy,
            Stdin = Stdin || Attach,
            Tty = Tty || Attach,
            Profile = Profile,
        };
        bool runsSomethingElse = options.Command.Count > 0 || options.Arguments.Count > 0 || ImageCommand || Attaches;
        return runsSomethingElse ? options with { Command = Attaches ? Command ?? [] : options.Command } : WaitingCommand.Apply(options, WaitingCommand.NewId());
    }

    private KeyValuePair<string, string>[] ReadEnvironment()
    {
        if (Environment is null)
        {
            return [];
        }

        var variables = new List<KeyValuePair<string, string>>(Environment.Count);
        foreach (DictionaryEntry entry in Environment)
        {
            variables.Add(new(
                LanguagePrimitives.ConvertTo<string>(entry.Key),
                LanguagePrimitives.ConvertTo<string>(entry.Value) ?? ""));
        }

        return [.. variables];
    }

    /// <summary>When to ask about one pod, and how to tell that it was asked.</summary>
    private sealed record Turn(Task Before, TaskCompletionSource Asked)
    {
        public static Turn Now => new(Task.CompletedTask, new TaskCompletionSource());
    }
}
