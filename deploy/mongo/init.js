// Run once by the service `mongo-init`, by mongosh, as the root user; run again it changes nothing.
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, 'utf8').trim();

const admin = connect('mongodb://mongo:27017/admin?directConnection=true');
admin.auth('root', secret('mongodb_root_password'));

try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  admin.adminCommand({
    replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] },
  });
}

const deadline = Date.now() + 60_000;
while (!admin.hello().isWritablePrimary) {
  if (Date.now() > deadline) throw new Error('The replica set has no primary after a minute.');
  sleep(500);
}

// The roles use one database and nothing else. A new password in .env is taken over here.
const user = { pwd: secret('mongodb_password'), roles: [{ role: 'readWrite', db: 'cinematch' }] };
if (admin.getUser('cinematch')) admin.updateUser('cinematch', user);
else admin.createUser({ user: 'cinematch', ...user });
