using Sallyport.Scan.Config;

namespace Sallyport.Scan.Spec;

/// <summary>What reading an API description ended with.</summary>
internal abstract record ApiDescriptionAnswer
{
    private ApiDescriptionAnswer()
    {
    }

    /// <summary>It was read.</summary>
    internal sealed record Read(ApiDescription Description) : ApiDescriptionAnswer;

    /// <summary>It cannot be used.</summary>
    internal sealed record Broken(InputProblem Problem) : ApiDescriptionAnswer;
}
