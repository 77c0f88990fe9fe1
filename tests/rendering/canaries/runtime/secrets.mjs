// Stands for the AWS SDK's client: answers out of SECRETS, a JSON map of entries, with the error that Secrets Manager gives for others.
export class GetSecretValueCommand {
  constructor(input) {
    this.input = input;
  }
}

export class SecretsManagerClient {
  async send({ input }) {
    const entry = JSON.parse(process.env.SECRETS)[input.SecretId];
    if (!entry) throw Object.assign(new Error("Secrets Manager can't find the specified secret."), { name: 'ResourceNotFoundException' });
    return { SecretString: JSON.stringify(entry) };
  }
}
