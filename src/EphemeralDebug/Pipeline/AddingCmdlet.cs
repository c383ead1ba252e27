using System.Management.Automation;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Pipeline;

/// <summary>The base of the cmdlets that add containers to pods. What they leave behind when they are stopped, they tell.</summary>
public abstract partial class AddingCmdlet : PodCmdlet
{
    private readonly QuestionOrder _questions = new();
    private readonly AddedContainers _added = new();

    /// <summary>What a dry run says is got as an object too.</summary>
    private protected virtual bool EmitsPreviews => false;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && IsStopping && _added.Describe() is { } left)
        {
            // A pipeline that is stopped takes no output any more, but the person who stopped it has to know.
            Host.UI?.WriteWarningLine(left);
        }
    }

    /// <summary>Works on several pods at a time; whether to add containers is asked in the order of the input.</summary>
    private protected void AddToEach(PodReference[] pods, Func<ClusterSession, PodReference, QuestionTurn, CancellationToken, Task> work) =>
        StartEach(pods, (session, reference) =>
        {
            QuestionTurn turn = _questions.Next();
            return async token =>
            {
                using (turn)
                {
                    await work(session, reference, turn, token);
                }
            };
        });

    /// <summary>Adds a container, or takes one that fits, when the user agrees; null when not.</summary>
    private protected async Task<PodContainer?> CreateAsync(
        ClusterSession session, PodReference reference, bool reuse, QuestionTurn turn, CancellationToken cancellationToken)
    {
        var creator = new ContainerCreator(session, EmitWarning);
        PreparedContainer prepared = await new ContainerPreparer(session, creator).PrepareAsync(
            NamespaceFor(reference, session), reference.Name, CreateOptions(), reuse, cancellationToken);
        ContainerPlan plan = prepared.Plan;
        await turn.WaitAsync(cancellationToken);
        (bool agreed, bool isWhatIf) = await AskAsync(prepared);
        if (isWhatIf && prepared.Reused is null)
        {
            await PreviewAsync(creator, plan, reference, cancellationToken);
        }

        turn.Dispose();
        if (!agreed)
        {
            return null;
        }

        if (prepared.Reused is { } running)
        {
            EmitVerbose($"Container {plan.Namespace}/{plan.Pod}/{running} runs already and is what was asked for: none is added.");
            return new PodContainer(prepared.Pod, plan, Reused: true);
        }

        return new PodContainer(await ApplyAsync(creator, plan, cancellationToken), plan, Reused: false);
    }

    /// <summary>The user knows of the container now, or it has ended: it is not left behind.</summary>
    private protected void Release(PodContainer container) => _added.Remove(NameOf(container.Plan));

    /// <summary>Writes what the user gets of the container, and then knows of it.</summary>
    private protected Task HandOverAsync(PodContainer container, object output) => InPipelineAsync(() =>
    {
        WriteObject(output);
        Release(container);
        return true;
    });

    /// <summary>Works with a container; what fails is told as an error that names it, so that only a stop leaves it behind.</summary>
    private protected async Task UseAsync(PodContainer container, Func<Task> work)
    {
        try
        {
            await work();
            if (!IsStopping)
            {
                Release(container);
            }
        }
        catch (Exception) when (!IsStopping)
        {
            Release(container);
            throw;
        }
    }

    private static string NameOf(ContainerPlan plan) => $"{plan.Namespace}/{plan.Pod}/{plan.Name}";

    private async Task<PodResource> ApplyAsync(ContainerCreator creator, ContainerPlan plan, CancellationToken cancellationToken)
    {
        if (plan.ProfileReason is { } reason)
        {
            EmitVerbose($"Pod {plan.Namespace}/{plan.Pod}: profile {plan.Profile}, because {reason}.");
        }

        using var warnings = ServerWarnings.Collect();
        _added.Add(NameOf(plan));
        try
        {
            PodResource pod = await creator.ApplyAsync(plan, cancellationToken);
            WarnOf(plan.Warnings.Concat(warnings.Texts));
            return pod;
        }
        catch (EphemeralDebugException) when (!IsStopping)
        {
            _added.Remove(NameOf(plan));
            throw;
        }
    }

    private async Task<(bool Agreed, bool IsWhatIf)> AskAsync(PreparedContainer prepared)
    {
        ContainerPlan plan = prepared.Plan;
        string details = $"image {plan.Image}{(plan.Target is null ? "" : $", target {plan.Target}")}, profile {plan.Profile}";
        string what = prepared.Reused is { } running
            ? $"Use the running ephemeral container '{running}' ({details}) again"
            : $"Add ephemeral container '{plan.Name}' ({details}), which stays until the pod ends";
        string question = $"Performing the operation \"{what}\" on target \"pod {plan.Namespace}/{plan.Pod}\".";
        return await InPipelineAsync(() =>
        {
            bool agreed = ShouldProcess(question, $"Are you sure you want to perform this action?\n{question}", "Confirm", out ShouldProcessReason reason);
            return (agreed, reason is ShouldProcessReason.WhatIf);
        });
    }

    /// <summary>Shows what would be sent and what the server would say; its refusal is an error as in earnest.</summary>
    private async Task PreviewAsync(
        ContainerCreator creator, ContainerPlan plan, PodReference reference, CancellationToken cancellationToken)
    {
        (ContainerPreview preview, EphemeralDebugException? refusal) = await new ContainerPreviewer(creator).PreviewAsync(plan, cancellationToken);
        string reason = preview.ProfileReason is { } why ? $"Profile {preview.Profile}, because {why}.\n" : "";
        await TellAsync($"{reason}PATCH {preview.Path}\n{preview.Patch}\nThe server would {(preview.Accepted ? "accept" : "refuse")} it.");
        WarnOf(preview.Warnings);
        if (EmitsPreviews)
        {
            Emit(preview);
        }

        if (refusal is not null)
        {
            EmitError(ErrorRecords.From(refusal, reference.Input ?? reference));
        }
    }

    private void WarnOf(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings)
        {
            EmitWarning(warning);
        }
    }
}
