using System.Management.Automation;
using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Manifests;
using EphemeralDebug.Debugging.Workloads;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Adds the ephemeral containers of documents to their pods: kind EphemeralContainers, as <c>kubectl replace --raw</c>
/// takes it, a Pod with spec.ephemeralContainers, a container, or a list of containers; JSON or YAML. Only what is new is
/// added, in the form that the server has; a document that would remove or change a container is refused.
/// </summary>
[Cmdlet(VerbsData.Import, "EphemeralManifest", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(EphemeralContainer))]
public sealed class ImportEphemeralManifestCommand : PodCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string InputSet = "InputObject";

    private readonly QuestionOrder _questions = new();
    private readonly ManifestInput _input = new();

    /// <summary>Files; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files, by their exact names.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Documents as text, whole or line by line, as objects of ConvertFrom-Json, as hashtables, or files.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object[] InputObject { get; set; } = [];

    /// <summary>
    /// The pods, where the documents name none. A workload such as deployment/web stands for the one of its pods that
    /// kubectl would choose.
    /// </summary>
    [Parameter(Position = 1)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[]? Pod { get; set; }

    /// <summary>Every pod of a workload that has not ended, in place of one.</summary>
    [Parameter]
    public SwitchParameter AllPods { get; set; }

    /// <summary>Wait until the containers run, or have ended.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>The longest wait for the containers' start, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    /// <summary>How long a start may keep failing before the wait ends, in seconds.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public double StartGraceSec { get; set; } = 15;

    private protected override PodScope ScopeOf(WorkloadReference workload) => AllPods ? PodScope.Living : PodScope.One;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            ImportFiles(path, () => SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _));
        }

        foreach (string path in LiteralPath)
        {
            ImportFiles(path, () => [SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)]);
        }

        foreach (object? item in InputObject ?? [])
        {
            if ((item is PSObject wrapper ? wrapper.BaseObject : item) is FileInfo file)
            {
                ImportFiles(file.FullName, () => [file.FullName]);
            }
            else
            {
                Import(item, () => _input.Add(item));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Import("the lines of the input", _input.Complete);
        base.EndProcessing();
    }

    private void ImportFiles(string given, Func<IEnumerable<string>> resolve)
    {
        try
        {
            foreach (string path in resolve())
            {
                Import(path, () => ManifestInput.ReadFile(path));
            }
        }
        catch (Exception exception) when (exception is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            WriteError(ErrorRecords.From(ManifestInput.NoFile(exception), given));
        }
    }

    /// <summary>Reads documents and starts the work for each; what cannot be read is an error about its source.</summary>
    private void Import(object? source, Func<IEnumerable<JsonNode>> read)
    {
        EphemeralManifest[] manifests;
        try
        {
            manifests = [.. read().SelectMany(EphemeralManifest.Parse)];
        }
        catch (EphemeralDebugException exception)
        {
            WriteError(ErrorRecords.From(exception, source));
            return;
        }

        foreach (EphemeralManifest manifest in manifests)
        {
            if (PodsOf(manifest, source) is { } pods)
            {
                StartEach(pods, (session, pod) => Prepare(session, pod, manifest));
            }
            else
            {
                WriteError(ErrorRecords.From(ManifestException.NoPod(), source));
            }
        }
    }

    /// <summary>The pods that a document is for, or null where nobody says. What is said twice has to agree.</summary>
    private PodReference[]? PodsOf(EphemeralManifest manifest, object? source) => (Pod, manifest.Pod) switch
    {
        (not null, _) => Array.ConvertAll(Pod, pod => pod with { Namespace = pod.Namespace ?? Namespace ?? manifest.Namespace }),
        (null, { } name) => [new PodReference(Namespace ?? manifest.Namespace, name) { Input = source }],
        _ => null,
    };

    private Func<CancellationToken, Task> Prepare(ClusterSession session, PodReference pod, EphemeralManifest manifest)
    {
        QuestionTurn turn = _questions.Next();
        return async token =>
        {
            using (turn)
            {
                await ImportAsync(session, pod, manifest, turn, token);
            }
        };
    }

    private async Task ImportAsync(
        ClusterSession session, PodReference reference, EphemeralManifest manifest, QuestionTurn turn, CancellationToken cancellationToken)
    {
        var importer = new ManifestImporter(session, EmitWarning);
        ManifestPlan plan = await importer.PlanAsync(NamespaceFor(reference, session), reference.Name, manifest, cancellationToken);
        await turn.WaitAsync(cancellationToken);
        bool agreed = await AskAsync(plan.Addition);
        turn.Dispose();
        if (!agreed)
        {
            return;
        }

        PodResource pod = await importer.ApplyAsync(plan, cancellationToken);
        await Task.WhenAll(plan.Names.Select(name => EmitAsync(session, pod, name, reference, cancellationToken)));
    }

    private Task<bool> AskAsync(ContainerAddition addition)
    {
        string pod = $"pod {addition.Namespace}/{addition.Pod}";
        if (addition.Containers.Count == 0)
        {
            EmitVerbose($"The {pod} has all of the document's containers already: nothing to do.");
            return Task.FromResult(true);
        }

        string what = string.Join(", ", addition.Containers.Select(static c => $"'{c["name"]}' (image {c["image"]})"));
        return InPipelineAsync(() => ShouldProcess(
            pod,
            ControlCharacters.MakeVisible($"Add ephemeral container{(addition.Containers.Count == 1 ? "" : "s")} {what}, until the pod ends")));
    }

    private async Task EmitAsync(
        ClusterSession session, PodResource pod, string name, PodReference reference, CancellationToken cancellationToken)
    {
        try
        {
            var options = new WaitOptions { Timeout = Seconds(TimeoutSec), StartGrace = Seconds(StartGraceSec) };
            Emit(Wait
                ? await WaitAsync(session, pod, name, options, cancellationToken)
                : ContainerReader.Find(pod, name, session)!);
        }
        catch (EphemeralDebugException exception)
        {
            EmitError(ErrorRecords.From(exception, reference.Input ?? reference));
        }
    }
}
