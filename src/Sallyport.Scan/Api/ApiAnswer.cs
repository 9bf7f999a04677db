using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Api;

/// <summary>What an operation answers to an identity that may call it.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Identity">Who asked.</param>
/// <param name="Baseline">What came, twice.</param>
internal sealed record ApiAnswer(Operation Operation, Identity Identity, Baseline Baseline)
{
    /// <summary>The first answer. A baseline always has one.</summary>
    public HttpAnswer Answer => Baseline.First.Answer!; // only an answered exchange becomes a baseline

    /// <summary>Its body as text.</summary>
    public string Text => AnswerShape.Text(Answer);
}
