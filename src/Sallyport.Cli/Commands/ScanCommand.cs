using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Cli.Output;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Cli.Commands;

/// <summary><c>sallyport scan</c>.</summary>
internal static class ScanCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var options = new ScanCommandOptions();
        var command = new Command("scan", "Scan an HTTPS API behind mutual TLS.\n\n" + Epilogue);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(surroundings, options, parsed, cancellationToken));
        return command;
    }

    private const string Epilogue =
        """
        Example:
          sallyport scan https://api.example.com --identity alice=alice.pem,alice.key --identity bob=bob.p12 \
            --identity-password bob=env:BOB_P12 --server-ca ca.pem --protected 'GET /profiles/alice'

        Exit: 0 nothing at or above --fail-on; 1 findings; 2 usage; 3 could not scan, or less than was demanded; 130 Ctrl-C.
        Secrets are read from env:NAME or @file, never from the command line itself.
        """;

    private static async Task<int> RunAsync(Surroundings surroundings, ScanCommandOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        // All that is wrong is told at once, and before anything is sent.
        var problems = new System.Collections.Generic.List<InputProblem>();
        ScanOptions scanOptions = options.Read(parsed, problems);
        ExitPolicy policy = options.ReadPolicy(parsed, problems);
        OutputPlan? output = OutputPlan.Of(options.ReadFormats(parsed, problems), parsed.GetValue(options.Output), surroundings, problems);
        RuleNames.Verify(scanOptions, policy, problems);
        ScanRequestAnswer answer = new ScanRequestReader(surroundings.Environment, surroundings.WorkingDirectory).Read(scanOptions);
        if (answer is ScanRequestAnswer.Refused refused)
        {
            return Complaint.Usage(surroundings.Error, problems.Concat(refused.Problems));
        }

        // The closed set has two members; the second is the only one left.
        var accepted = (ScanRequestAnswer.Accepted)answer;
        using ScanRequest request = accepted.Request;
        if (problems.Count > 0 || output is null)
        {
            return Complaint.Usage(surroundings.Error, problems);
        }

        bool quiet = parsed.GetValue(options.Quiet);
        if (!quiet)
        {
            Complaint.Notes(surroundings.Error, accepted.Notes);
        }

        bool colour = surroundings.ColourAllowed && !parsed.GetValue(options.NoColor);
        ScanRun scan = surroundings.Scan ?? new Scanner(surroundings.Time).RunAsync;
        ScanReport report = await ProgressDisplay.WhileAsync(surroundings, quiet, colour, progress => scan(request, progress, cancellationToken)).ConfigureAwait(false);
        bool written = output.Write(report, surroundings, colour);
        if (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }

        if (!quiet && report is { BaselineSucceeded: false, SurveyFailure: null } && request.Identities.Any(identity => identity.HasCertificate))
        {
            Complaint.Notes(surroundings.Error, ["no valid identity's request succeeded: what depends on one was not tested (the report says why)"]);
        }

        ExitVerdict verdict = policy.Judge(report, request.Expect.MutualTlsRequired);
        if (verdict.Reason is not null)
        {
            Complaint.Write(surroundings.Error, verdict.Reason, verdict.Hint);
        }

        return written || verdict.Code == ExitCode.Findings ? verdict.Code : ExitCode.NotScanned;
    }
}
